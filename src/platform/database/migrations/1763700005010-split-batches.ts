import type { MigrationInterface, QueryRunner } from 'typeorm';

export class SplitBatches1763700005010 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE sources ADD event_per_item boolean NOT NULL DEFAULT false');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE sources DROP event_per_item');
  }
}
