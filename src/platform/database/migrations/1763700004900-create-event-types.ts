import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateEventTypes1763700004900 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    // `schema` is text: the catalogue answers with the keys in the order in which they were given.
    await queryRunner.query(`
      CREATE TABLE event_types (
        workspace_id uuid NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
        type text COLLATE "C" NOT NULL,
        description text NOT NULL,
        schema text,
        version uuid NOT NULL,
        updated_at timestamptz(3) NOT NULL DEFAULT now(),
        PRIMARY KEY (workspace_id, type)
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE event_types');
  }
}
