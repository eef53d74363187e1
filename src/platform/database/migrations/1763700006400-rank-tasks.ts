import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The order of the tasks in a column of the board: the highest rank is first. Until now the newest task was. */
export class RankTasks1763700006400 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE tasks ADD COLUMN rank double precision NOT NULL DEFAULT 0');
    await queryRunner.query(`
      UPDATE tasks SET rank = numbered.rank
      FROM (SELECT id, row_number() OVER (PARTITION BY workspace_id, status ORDER BY id) AS rank FROM tasks) AS numbered
      WHERE tasks.id = numbered.id`);
    await queryRunner.query('CREATE INDEX tasks_by_rank ON tasks (workspace_id, status, rank, id)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX tasks_by_rank');
    await queryRunner.query('ALTER TABLE tasks DROP COLUMN rank');
  }
}
