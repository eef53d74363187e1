import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Figures in rows of a minute and of an hour, written by every process in batches. A figure that is lost with its
 * process costs nothing but itself.
 */
export class CountTraffic1763700006200 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE workspace_traffic (
        workspace_id uuid NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
        seconds integer NOT NULL,
        at timestamptz(0) NOT NULL,
        webhooks bigint NOT NULL,
        events bigint NOT NULL,
        sent bigint NOT NULL,
        PRIMARY KEY (workspace_id, seconds, at)
      )`);
    await queryRunner.query('CREATE INDEX workspace_traffic_by_age ON workspace_traffic (seconds, at)');
    await queryRunner.query(`
      CREATE TABLE webhook_latencies (
        seconds integer NOT NULL,
        at timestamptz(0) NOT NULL,
        bound_ms integer NOT NULL,
        count bigint NOT NULL,
        PRIMARY KEY (seconds, at, bound_ms)
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE webhook_latencies');
    await queryRunner.query('DROP TABLE workspace_traffic');
  }
}
