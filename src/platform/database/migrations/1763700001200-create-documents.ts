import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateDocuments1763700001200 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE documents (
        id uuid PRIMARY KEY,
        workspace_id uuid NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
        title text NOT NULL,
        created_by uuid,
        head bigint NOT NULL DEFAULT 0,
        announced_at timestamptz(3),
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        updated_at timestamptz(3) NOT NULL DEFAULT now()
      )`);
    await queryRunner.query('CREATE INDEX documents_by_workspace ON documents (workspace_id, id)');
    await queryRunner.query(`
      CREATE TABLE document_states (
        document_id uuid PRIMARY KEY REFERENCES documents (id) ON DELETE CASCADE,
        seq bigint NOT NULL,
        state bytea NOT NULL
      )`);
    await queryRunner.query(`
      CREATE TABLE document_updates (
        document_id uuid NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
        seq bigint NOT NULL,
        bytes bytea NOT NULL,
        PRIMARY KEY (document_id, seq)
      )`);
    await queryRunner.query(`
      CREATE TABLE document_versions (
        id uuid PRIMARY KEY,
        document_id uuid NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
        seq bigint NOT NULL,
        name text,
        state bytea NOT NULL,
        created_by uuid,
        created_at timestamptz(3) NOT NULL DEFAULT now()
      )`);
    await queryRunner.query('CREATE INDEX document_versions_by_document ON document_versions (document_id, id)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of ['versions', 'updates', 'states']) {
      await queryRunner.query(`DROP TABLE document_${table}`);
    }
    await queryRunner.query('DROP TABLE documents');
  }
}
