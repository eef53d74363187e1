import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreatePublishKeys1763700004200 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    // `offset` is set in the transaction that inserts the row. Updates of it touch no index and find room in the page.
    await queryRunner.query(`
      CREATE TABLE publish_keys (
        workspace_id uuid NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
        user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        key text NOT NULL,
        body_hash bytea NOT NULL,
        event_id uuid NOT NULL,
        "offset" bigint,
        created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (workspace_id, user_id, key)
      ) WITH (fillfactor = 80)`);
    await queryRunner.query('CREATE INDEX old_publish_keys ON publish_keys (created_at)');
    // In the order of bytes, for pages of the topics of a workspace.
    await queryRunner.query(`CREATE INDEX topics_by_name ON channels (name COLLATE "C") WHERE name LIKE 'topic:%'`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX topics_by_name');
    await queryRunner.query('DROP TABLE publish_keys');
  }
}
