import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CheckSharedSecrets1763700002207 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    // `used_at` is the last time at which a process with this secret was running.
    await queryRunner.query(`
      CREATE TABLE shared_secrets (
        name text PRIMARY KEY,
        check_value text NOT NULL,
        used_at timestamptz NOT NULL DEFAULT now()
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE shared_secrets');
  }
}
