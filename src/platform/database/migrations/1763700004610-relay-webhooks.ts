import type { MigrationInterface, QueryRunner } from 'typeorm';

export class RelayWebhooks1763700004610 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE endpoints
        ADD kind text NOT NULL DEFAULT 'event' CHECK (kind IN ('event', 'relay')),
        ADD source_ids uuid[] NOT NULL DEFAULT '{}'`);
    // No foreign key: retention deletes deliveries in bulk.
    await queryRunner.query('ALTER TABLE messages ADD delivery_id uuid');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE messages DROP delivery_id');
    await queryRunner.query('ALTER TABLE endpoints DROP kind, DROP source_ids');
  }
}
