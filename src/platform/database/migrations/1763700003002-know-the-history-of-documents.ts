import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Marks each update of a document, so that a process detects a lost history, and binds Yjs client ids to users.
 * Existing rows get no mark, because that would rewrite the table.
 */
export class KnowTheHistoryOfDocuments1763700003002 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE documents ADD COLUMN mark uuid, ADD COLUMN takes_back_until timestamptz(3)');
    await queryRunner.query('ALTER TABLE document_updates ADD COLUMN mark uuid');
    // Also covers updates that the previous release appends during a deployment.
    await queryRunner.query('ALTER TABLE document_updates ALTER COLUMN mark SET DEFAULT gen_random_uuid()');
    await queryRunner.query(`
      ALTER TABLE document_states ADD COLUMN mark uuid, ADD COLUMN folded uuid[] NOT NULL DEFAULT '{}'`);
    await queryRunner.query(`
      CREATE TABLE document_clients (
        document_id uuid NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
        client_id bigint NOT NULL,
        user_id uuid NOT NULL,
        has_written boolean NOT NULL,
        claimed_at timestamptz(3) NOT NULL DEFAULT now(),
        PRIMARY KEY (document_id, client_id)
      )`);
    await queryRunner.query(`
      CREATE INDEX document_clients_without_words ON document_clients (document_id, user_id, claimed_at)
      WHERE NOT has_written`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE document_clients');
    await queryRunner.query('ALTER TABLE document_states DROP COLUMN mark, DROP COLUMN folded');
    await queryRunner.query('ALTER TABLE document_updates DROP COLUMN mark');
    await queryRunner.query('ALTER TABLE documents DROP COLUMN mark, DROP COLUMN takes_back_until');
  }
}
