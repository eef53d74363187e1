import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddHistory1763700003001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    // The epoch changes with the database's history; `past` lists the epochs that it replaced.
    await queryRunner.query(`
      ALTER TABLE fence
        ADD COLUMN epoch uuid NOT NULL DEFAULT gen_random_uuid(),
        ADD COLUMN past uuid[] NOT NULL DEFAULT '{}',
        ADD COLUMN system_identifier text,
        ADD COLUMN timeline bigint,
        ADD COLUMN changed_at timestamptz`);
    // Logged from now on: a crash of one backend empties unlogged tables at once, while leases last longer.
    await queryRunner.query('ALTER TABLE fence_nodes SET LOGGED');
    await queryRunner.query('ALTER TABLE fence_nodes ADD COLUMN epoch uuid');
    await queryRunner.query(`
      CREATE TABLE history_beats (
        process uuid PRIMARY KEY,
        beat bigint NOT NULL,
        beaten_at timestamptz NOT NULL DEFAULT now()
      ) WITH (fillfactor = 50)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE history_beats');
    await queryRunner.query('ALTER TABLE fence_nodes DROP COLUMN epoch');
    await queryRunner.query('ALTER TABLE fence_nodes SET UNLOGGED');
    await queryRunner.query(`
      ALTER TABLE fence
        DROP COLUMN epoch, DROP COLUMN past, DROP COLUMN system_identifier, DROP COLUMN timeline, DROP COLUMN changed_at`);
  }
}
