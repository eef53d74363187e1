import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateLogConsumers1763700001300 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    // The minute of the last append: at most one index update per minute and channel.
    await queryRunner.query('ALTER TABLE channels ADD COLUMN grown_in integer NOT NULL DEFAULT 0');
    await queryRunner.query('CREATE INDEX channels_grown_in ON channels (grown_in)');
    await queryRunner.query(`
      CREATE TABLE log_consumers (
        name text PRIMARY KEY,
        swept_to integer NOT NULL,
        seen_at timestamptz NOT NULL DEFAULT now()
      )`);
    await queryRunner.query(`
      CREATE TABLE log_cursors (
        consumer text NOT NULL REFERENCES log_consumers (name) ON DELETE CASCADE,
        channel_id bigint NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
        after bigint NOT NULL,
        attempts integer NOT NULL DEFAULT 0,
        retry_at timestamptz,
        PRIMARY KEY (channel_id, consumer)
      ) WITH (fillfactor = 50)`);
    await queryRunner.query(`
      CREATE TABLE log_setbacks (
        consumer text NOT NULL REFERENCES log_consumers (name) ON DELETE CASCADE,
        event_id uuid NOT NULL,
        channel text NOT NULL,
        "offset" bigint NOT NULL,
        reason text NOT NULL,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        PRIMARY KEY (consumer, event_id)
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE log_setbacks');
    await queryRunner.query('DROP TABLE log_cursors');
    await queryRunner.query('DROP TABLE log_consumers');
    await queryRunner.query('ALTER TABLE channels DROP COLUMN grown_in');
  }
}
