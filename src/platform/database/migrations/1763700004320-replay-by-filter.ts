import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ReplayByFilter1763700004320 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE deliveries ADD COLUMN repeats uuid');
    await queryRunner.query(`
      CREATE TABLE delivery_replays (
        id uuid PRIMARY KEY,
        workspace_id uuid NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
        status text NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'done', 'cancelled', 'failed')),
        filter jsonb NOT NULL DEFAULT '{}',
        delivery_ids uuid[],
        as_new boolean NOT NULL DEFAULT false,
        cursor uuid,
        done integer NOT NULL DEFAULT 0,
        failed integer NOT NULL DEFAULT 0,
        error text,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        moved_at timestamptz(3) NOT NULL DEFAULT now()
      )`);
    await queryRunner.query(
      `CREATE INDEX delivery_replays_running ON delivery_replays (moved_at) WHERE status = 'running'`,
    );
    await queryRunner.query('CREATE INDEX delivery_replays_by_workspace ON delivery_replays (workspace_id, id)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE delivery_replays');
    await queryRunner.query('ALTER TABLE deliveries DROP COLUMN repeats');
  }
}
