import type { MigrationInterface, QueryRunner } from 'typeorm';

export class KeepDeliveryAttempts1763700004310 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE delivery_attempts (
        delivery_id uuid NOT NULL REFERENCES deliveries (id) ON DELETE CASCADE,
        id uuid NOT NULL,
        at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        ms integer,
        outcome text NOT NULL CHECK (outcome IN ('processed', 'failed')),
        error text,
        PRIMARY KEY (delivery_id, id)
      )`);
    // Null for deliveries that an earlier release processed.
    await queryRunner.query('ALTER TABLE deliveries ADD COLUMN processing_ms integer');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE deliveries DROP COLUMN processing_ms');
    await queryRunner.query('DROP TABLE delivery_attempts');
  }
}
