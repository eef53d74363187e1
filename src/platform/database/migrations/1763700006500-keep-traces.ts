import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The `traceparent` of what goes on from the row, null unless the trace is recorded. */
export class KeepTraces1763700006500 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE deliveries ADD trace text');
    await queryRunner.query('ALTER TABLE events ADD trace text');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE events DROP trace');
    await queryRunner.query('ALTER TABLE deliveries DROP trace');
  }
}
