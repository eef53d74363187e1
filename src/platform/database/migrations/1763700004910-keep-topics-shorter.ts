import type { MigrationInterface, QueryRunner } from 'typeorm';

export class KeepTopicsShorter1763700004910 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE topic_retention (
        workspace_id uuid NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
        topics text NOT NULL,
        max_age_seconds integer,
        max_events integer,
        PRIMARY KEY (workspace_id, topics),
        CHECK (max_age_seconds IS NOT NULL OR max_events IS NOT NULL)
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE topic_retention');
  }
}
