import type { MigrationInterface, QueryRunner } from 'typeorm';

export class KeepMethodsOfDeliveries1763700005000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    // Null: POST, as every delivery of a release before.
    await queryRunner.query('ALTER TABLE deliveries ADD method text');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE deliveries DROP method');
  }
}
