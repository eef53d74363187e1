import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateTasks1763700001000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    // No foreign keys: the creator or assignee may leave or be deleted, and the task keeps their id.
    await queryRunner.query(`
      CREATE TABLE tasks (
        id uuid PRIMARY KEY,
        workspace_id uuid NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
        title text NOT NULL,
        description text NOT NULL,
        status text NOT NULL,
        assignee_id uuid,
        created_by uuid NOT NULL,
        created_at timestamptz(3) NOT NULL,
        updated_at timestamptz(3) NOT NULL
      )`);
    await queryRunner.query('CREATE INDEX tasks_by_workspace ON tasks (workspace_id, id)');
    await queryRunner.query('CREATE INDEX tasks_by_assignee ON tasks (workspace_id, assignee_id, id)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE tasks');
  }
}
