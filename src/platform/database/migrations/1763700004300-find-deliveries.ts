import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Each index ends with the id, the order of the list. None holds pending deliveries, which `deliveries_waiting` finds:
 * accepting a delivery then costs no more than before. They are built in the transaction of all migrations, which
 * excludes CONCURRENTLY: a table of a million deliveries accepts no writes for some seconds.
 */
export class FindDeliveries1763700004300 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE INDEX deliveries_by_source ON deliveries (workspace_id, source_id, id) WHERE status <> 'received'`);
    await queryRunner.query(`
      CREATE INDEX deliveries_by_provider ON deliveries (workspace_id, provider, id) WHERE status <> 'received'`);
    await queryRunner.query(`
      CREATE INDEX deliveries_by_type ON deliveries (workspace_id, event_type, id)
      WHERE status <> 'received' AND event_type IS NOT NULL`);
    await queryRunner.query(`
      CREATE INDEX deliveries_by_sender_id ON deliveries (workspace_id, provider_delivery_id, id)
      WHERE status <> 'received' AND provider_delivery_id IS NOT NULL`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX deliveries_by_sender_id');
    await queryRunner.query('DROP INDEX deliveries_by_type');
    await queryRunner.query('DROP INDEX deliveries_by_provider');
    await queryRunner.query('DROP INDEX deliveries_by_source');
  }
}
