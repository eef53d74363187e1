import type { MigrationInterface, QueryRunner } from 'typeorm';

export class EndCredentials1763700002205 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    // Credentials without a row, such as tokens of another issuer, are valid only if issued after this time.
    await queryRunner.query('ALTER TABLE users ADD credentials_valid_from timestamptz');
    // A session that a backend created ends with the backend's API key.
    await queryRunner.query('ALTER TABLE sessions ADD key_id uuid REFERENCES api_keys (id) ON DELETE CASCADE');
    await queryRunner.query('CREATE INDEX sessions_by_key ON sessions (key_id) WHERE key_id IS NOT NULL');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE sessions DROP key_id');
    await queryRunner.query('ALTER TABLE users DROP credentials_valid_from');
  }
}
