import type { MigrationInterface, QueryRunner } from 'typeorm';

export class SignInDevices1763700006300 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE device_sign_ins (
        code_hash bytea PRIMARY KEY,
        user_code_hash bytea NOT NULL UNIQUE,
        name text,
        ip text,
        user_agent text,
        refused boolean NOT NULL DEFAULT false,
        session_id uuid REFERENCES sessions (id) ON DELETE CASCADE,
        polled_at timestamptz(3),
        expires_at timestamptz(3) NOT NULL
      )`);
    await queryRunner.query('CREATE INDEX device_sign_ins_by_session ON device_sign_ins (session_id)');
    await queryRunner.query('CREATE INDEX device_sign_ins_by_end ON device_sign_ins (expires_at)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE device_sign_ins');
  }
}
