import type { MigrationInterface, QueryRunner } from 'typeorm';

export class HoldRetention1763700002030 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    // One row for each table of which too much became old at once: since when nothing of it is forgotten.
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
