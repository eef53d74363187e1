import type { MigrationInterface, QueryRunner } from 'typeorm';

export class DeleteWorkspaces1763700006100 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE workspaces ADD deleted_at timestamptz(3), ADD erase_at timestamptz(3),
        ADD CHECK ((deleted_at IS NULL) = (erase_at IS NULL))`);
    await queryRunner.query('CREATE INDEX deleted_workspaces ON workspaces (erase_at) WHERE deleted_at IS NOT NULL');
    // The members of a deleted workspace leave `members`, so that every check of a right fails, also one that does not
    // know of deletions.
    await queryRunner.query(`
      CREATE TABLE deleted_members (
        workspace_id uuid NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
        user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        role text NOT NULL,
        granted text[] NOT NULL,
        denied text[] NOT NULL,
        PRIMARY KEY (workspace_id, user_id)
      )`);
    await queryRunner.query('CREATE INDEX deleted_members_by_user ON deleted_members (user_id)');
    await this.allowErasure(queryRunner);
  }

  /** A statement could not delete from the audit trail. Now one can, for a workspace whose grace period has ended. */
  private async allowErasure(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE FUNCTION refuse_audit_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF EXISTS (SELECT FROM workspaces WHERE id = (to_jsonb(OLD) ->> TG_ARGV[0])::uuid AND erase_at <= now()) THEN
          RETURN OLD;
        END IF;
        RAISE EXCEPTION 'the audit trail is append-only';
      END $$`);
    await queryRunner.query('DROP TRIGGER audit_is_append_only ON audit');
    await queryRunner.query(`
      CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR TRUNCATE ON audit
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()`);
    await queryRunner.query(`
      CREATE TRIGGER audit_stays BEFORE DELETE ON audit
      FOR EACH ROW EXECUTE FUNCTION refuse_audit_erasure('chain_id')`);
    await queryRunner.query('DROP TRIGGER audit_chains_stay ON audit_chains');
    await queryRunner.query(`
      CREATE TRIGGER audit_chains_are_not_emptied BEFORE TRUNCATE ON audit_chains
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()`);
    await queryRunner.query(`
      CREATE TRIGGER audit_chains_stay BEFORE DELETE ON audit_chains
      FOR EACH ROW EXECUTE FUNCTION refuse_audit_erasure('id')`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TRIGGER audit_chains_stay ON audit_chains');
    await queryRunner.query('DROP TRIGGER audit_chains_are_not_emptied ON audit_chains');
    await queryRunner.query(`
      CREATE TRIGGER audit_chains_stay BEFORE DELETE OR TRUNCATE ON audit_chains
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()`);
    await queryRunner.query('DROP TRIGGER audit_stays ON audit');
    await queryRunner.query('DROP TRIGGER audit_is_append_only ON audit');
    await queryRunner.query(`
      CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()`);
    await queryRunner.query('DROP FUNCTION refuse_audit_erasure');
    await queryRunner.query('DROP TABLE deleted_members');
    await queryRunner.query('ALTER TABLE workspaces DROP erase_at, DROP deleted_at');
  }
}
