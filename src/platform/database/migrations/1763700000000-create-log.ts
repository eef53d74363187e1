import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateLog1763700000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    // `head` is the last assigned offset and `tail` the last trimmed one: the log holds tail+1 .. head.
    await queryRunner.query(`
      CREATE TABLE channels (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        name text NOT NULL UNIQUE,
        epoch uuid NOT NULL DEFAULT gen_random_uuid(),
        head bigint NOT NULL DEFAULT 0,
        tail bigint NOT NULL DEFAULT 0
      ) WITH (fillfactor = 50)`);
    // json, not jsonb: the text is sent unchanged, and jsonb rejects \u0000.
    await queryRunner.query(`
      CREATE TABLE events (
        channel_id bigint NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
        "offset" bigint NOT NULL,
        id uuid NOT NULL,
        type text NOT NULL,
        actor uuid,
        payload json NOT NULL,
        created_at timestamptz(3) NOT NULL,
        PRIMARY KEY (channel_id, "offset")
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE events');
    await queryRunner.query('DROP TABLE channels');
  }
}
