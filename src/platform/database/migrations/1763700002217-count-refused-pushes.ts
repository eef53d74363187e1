import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CountRefusedPushes1763700002217 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE push_subscriptions ADD COLUMN refusals integer NOT NULL DEFAULT 0');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE push_subscriptions DROP COLUMN refusals');
  }
}
