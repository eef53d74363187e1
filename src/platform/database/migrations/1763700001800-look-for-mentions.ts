import type { MigrationInterface, QueryRunner } from 'typeorm';

export class LookForMentions1763700001800 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE documents ADD COLUMN look_at timestamptz(3), ADD COLUMN edited_by uuid[] NOT NULL DEFAULT '{}'`);
    await queryRunner.query('CREATE INDEX documents_to_look_at ON documents (look_at) WHERE look_at IS NOT NULL');
    await queryRunner.query(`
      CREATE TABLE document_mentions (
        document_id uuid NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
        user_id uuid NOT NULL,
        times integer NOT NULL,
        PRIMARY KEY (document_id, user_id)
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE document_mentions');
    await queryRunner.query('ALTER TABLE documents DROP COLUMN look_at, DROP COLUMN edited_by');
  }
}
