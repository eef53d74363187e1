import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CountFailuresInARow1763700004800 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE endpoints
        ADD failures_in_a_row integer NOT NULL DEFAULT 0,
        ADD half_time_warned boolean NOT NULL DEFAULT false`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE endpoints DROP failures_in_a_row, DROP half_time_warned');
  }
}
