import type { MigrationInterface, QueryRunner } from 'typeorm';

export class HoldRetention1763700002030 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    // One row per table of which too much expired at once: the time since when deletion is paused.
    await queryRunner.query(`
      CREATE TABLE retention_holds (
        name text PRIMARY KEY,
        since timestamptz NOT NULL DEFAULT now()
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE retention_holds');
  }
}
