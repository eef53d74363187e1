import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateCredentials1763700000600 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE sessions (
        id uuid PRIMARY KEY,
        user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        expires_at timestamptz(3) NOT NULL
      )`);
    await queryRunner.query('CREATE INDEX sessions_by_user ON sessions (user_id)');
    await queryRunner.query(`
      CREATE TABLE refresh_tokens (
        hash bytea PRIMARY KEY,
        session_id uuid NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
        used_at timestamptz(3),
        used_by bytea
      )`);
    await queryRunner.query('CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session_id)');
    await queryRunner.query(`
      CREATE TABLE api_keys (
        id uuid PRIMARY KEY,
        user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        name text NOT NULL,
        hash bytea NOT NULL,
        scopes text[] NOT NULL,
        expires_at timestamptz(3) NOT NULL,
        created_at timestamptz(3) NOT NULL DEFAULT now()
      )`);
    await queryRunner.query('CREATE INDEX api_keys_by_user ON api_keys (user_id)');
    await queryRunner.query(`
      CREATE TABLE identities (
        issuer text NOT NULL,
        subject text NOT NULL,
        user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        PRIMARY KEY (issuer, subject)
      )`);
    await queryRunner.query('CREATE INDEX identities_by_user ON identities (user_id)');
    // Users of an external issuer have no password.
    await queryRunner.query('ALTER TABLE users ALTER password_hash DROP NOT NULL');
    // A ticket ends with the session or API key that issued it.
    await queryRunner.query(`
      ALTER TABLE realtime_tickets
        ADD session_id uuid REFERENCES sessions (id) ON DELETE CASCADE,
        ADD key_id uuid REFERENCES api_keys (id) ON DELETE CASCADE`);
    await queryRunner.query('CREATE INDEX realtime_tickets_by_session ON realtime_tickets (session_id)');
    await queryRunner.query('CREATE INDEX realtime_tickets_by_key ON realtime_tickets (key_id)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE realtime_tickets DROP session_id, DROP key_id');
    await queryRunner.query('DELETE FROM users WHERE password_hash IS NULL');
    await queryRunner.query('ALTER TABLE users ALTER password_hash SET NOT NULL');
    await queryRunner.query('DROP TABLE identities');
    await queryRunner.query('DROP TABLE api_keys');
    await queryRunner.query('DROP TABLE refresh_tokens');
    await queryRunner.query('DROP TABLE sessions');
  }
}
