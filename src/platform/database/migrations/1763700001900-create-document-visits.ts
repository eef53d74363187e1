import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateDocumentVisits1763700001900 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    // Free space on each page allows HOT updates: rows are renewed every few seconds without touching an index.
    await queryRunner.query(`
      CREATE TABLE document_visits (
        document_id uuid NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
        user_id uuid NOT NULL,
        until timestamptz(3) NOT NULL,
        PRIMARY KEY (document_id, user_id)
      ) WITH (fillfactor = 50)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE document_visits');
  }
}
