import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ReplayMessages1763700004620 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE message_replays (
        id uuid PRIMARY KEY,
        endpoint_id uuid NOT NULL REFERENCES endpoints (id) ON DELETE CASCADE,
        status text NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'done', 'cancelled')),
        filter jsonb NOT NULL,
        cursor uuid,
        done integer NOT NULL DEFAULT 0,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        moved_at timestamptz(3) NOT NULL DEFAULT now()
      )`);
    await queryRunner.query(
      `CREATE INDEX message_replays_running ON message_replays (moved_at) WHERE status = 'running'`,
    );
    await queryRunner.query('CREATE INDEX message_replays_by_endpoint ON message_replays (endpoint_id, id)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE message_replays');
  }
}
