import type { MigrationInterface, QueryRunner } from 'typeorm';

export class LetPeopleIn1763700006000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE users
        ADD must_change_password boolean NOT NULL DEFAULT false,
        ADD email_unverified boolean NOT NULL DEFAULT false`);
    await queryRunner.query(`
      CREATE TABLE password_resets (
        token_hash bytea PRIMARY KEY,
        user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        mailed boolean NOT NULL,
        expires_at timestamptz(3) NOT NULL
      )`);
    await queryRunner.query('CREATE INDEX password_resets_by_user ON password_resets (user_id)');
    await queryRunner.query(`
      CREATE TABLE invitations (
        id uuid PRIMARY KEY,
        token_hash bytea NOT NULL UNIQUE,
        email text NOT NULL,
        name text,
        workspace_id uuid REFERENCES workspaces (id) ON DELETE CASCADE,
        role text,
        invited_by uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        mailed boolean NOT NULL DEFAULT false,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        expires_at timestamptz(3) NOT NULL
      )`);
    await queryRunner.query('CREATE INDEX invitations_of_workspace ON invitations (workspace_id, id)');
    await queryRunner.query('CREATE INDEX invitations_by_inviter ON invitations (invited_by)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE invitations');
    await queryRunner.query('DROP TABLE password_resets');
    await queryRunner.query('ALTER TABLE users DROP email_unverified, DROP must_change_password');
  }
}
