import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A table of its own: a change of the source's row would give the source a new version. */
export class NoteSourceActivity1763700005100 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE source_activity (
        source_id uuid PRIMARY KEY REFERENCES sources (id) ON DELETE CASCADE,
        last_seen_at timestamptz(3),
        last_refused_at timestamptz(3),
        secret_uses jsonb NOT NULL DEFAULT '{}'
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE source_activity');
  }
}
