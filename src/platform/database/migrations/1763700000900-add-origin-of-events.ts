import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddOriginOfEvents1763700000900 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE events ADD session_id uuid');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE events DROP session_id');
  }
}
