import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateRefusedRequests1763700004501 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE refused_requests (
        id uuid PRIMARY KEY,
        workspace_id uuid NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
        source_id uuid NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
        received_at timestamptz(3) NOT NULL,
        cause text NOT NULL,
        detail jsonb NOT NULL,
        address text NOT NULL,
        headers jsonb NOT NULL,
        secrets text[] NOT NULL DEFAULT '{}',
        body_size integer,
        body_complete boolean NOT NULL,
        delivery_id uuid,
        accepted_at timestamptz(3)
      )`);
    await queryRunner.query('CREATE INDEX refused_requests_by_workspace ON refused_requests (workspace_id, id)');
    await queryRunner.query('CREATE INDEX refused_requests_by_source ON refused_requests (source_id, id)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE refused_requests');
  }
}
