import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddDedupWindows1763700003004 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    // Null means the provider's default; releases that do not know the column leave it null.
    await queryRunner.query('ALTER TABLE sources ADD COLUMN dedup_window_seconds integer');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE sources DROP COLUMN dedup_window_seconds');
  }
}
