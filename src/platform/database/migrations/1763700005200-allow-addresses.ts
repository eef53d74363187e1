import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AllowAddresses1763700005200 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query("ALTER TABLE sources ADD allowed_addresses text[] NOT NULL DEFAULT '{}'");
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE sources DROP allowed_addresses');
  }
}
