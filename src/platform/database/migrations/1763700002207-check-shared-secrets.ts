import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CheckSharedSecrets1763700002207 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    // `used_at` says when a process that has this secret was last there.
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
