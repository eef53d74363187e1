import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The state of a watch has a table of its own: accepting a delivery reads the row of its source. */
export class WatchSources1763700004810 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE sources ADD expect_every_seconds integer');
    await queryRunner.query(`
      CREATE TABLE source_watches (
        source_id uuid PRIMARY KEY REFERENCES sources (id) ON DELETE CASCADE,
        since timestamptz(3) NOT NULL DEFAULT now(),
        last_heard_at timestamptz(3),
        silent_since timestamptz(3),
        check_at timestamptz(3) NOT NULL
      )`);
    await queryRunner.query('CREATE INDEX source_watches_due ON source_watches (check_at)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE source_watches');
    await queryRunner.query('ALTER TABLE sources DROP expect_every_seconds');
  }
}
