import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateAudit1763700000800 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    // One chain per workspace, under its id, and one for the installation, under the nil id: row count and last hash.
    await queryRunner.query(`
      CREATE TABLE audit_chains (
        id uuid PRIMARY KEY,
        length bigint NOT NULL DEFAULT 0,
        hash bytea NOT NULL DEFAULT decode(repeat('00', 32), 'hex')
      )`);
    await queryRunner.query(`
      INSERT INTO audit_chains (id)
      SELECT id FROM workspaces UNION ALL SELECT '00000000-0000-0000-0000-000000000000'::uuid`);
    // No foreign keys: rows outlive their targets. json, not jsonb: the hash covers the exact text.
    await queryRunner.query(`
      CREATE TABLE audit (
        chain_id uuid NOT NULL REFERENCES audit_chains (id),
        position bigint NOT NULL,
        at timestamptz(3) NOT NULL,
        action text NOT NULL,
        actor_id uuid,
        target text,
        before json,
        after json,
        ip text,
        user_agent text,
        request_id text,
        hash bytea NOT NULL,
        PRIMARY KEY (chain_id, position)
      )`);
    await queryRunner.query('CREATE INDEX audit_by_actor ON audit (chain_id, actor_id, position)');
    await queryRunner.query('CREATE INDEX audit_by_action ON audit (chain_id, action, position)');
    await this.refuseChanges(queryRunner);
  }

  /** Guards against mistakes and injected SQL. The table owner can drop the triggers; the hashes detect that. */
  private async refuseChanges(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$`);
    await queryRunner.query(`
      CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()`);
    await queryRunner.query(`
      CREATE TRIGGER audit_chains_stay BEFORE DELETE OR TRUNCATE ON audit_chains
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()`);
    await queryRunner.query(`
      CREATE TRIGGER audit_chains_only_grow BEFORE UPDATE ON audit_chains
      FOR EACH ROW WHEN (NEW.id <> OLD.id OR NEW.length <> OLD.length + 1)
      EXECUTE FUNCTION refuse_audit_change()`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE audit');
    await queryRunner.query('DROP TABLE audit_chains');
    await queryRunner.query('DROP FUNCTION refuse_audit_change');
  }
}
