import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddDedupWindows1763700003004 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    // Null: the default of the provider. A release that doesn't know the column leaves it so.
    await queryRunner.query('ALTER TABLE sources ADD COLUMN dedup_window_seconds integer');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE sources DROP COLUMN dedup_window_seconds');
  }
}
