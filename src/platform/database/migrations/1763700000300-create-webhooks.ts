import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateWebhooks1763700000300 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE sources (
        id uuid PRIMARY KEY,
        workspace_id uuid NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
        name text NOT NULL,
        provider text NOT NULL,
        key text NOT NULL UNIQUE,
        secrets text[] NOT NULL DEFAULT '{}',
        options jsonb NOT NULL DEFAULT '{}',
        replay_guard_seconds integer NOT NULL DEFAULT 0,
        enabled boolean NOT NULL DEFAULT true,
        version integer NOT NULL DEFAULT 1,
        created_at timestamptz(3) NOT NULL DEFAULT now()
      )`);
    await queryRunner.query('CREATE INDEX sources_by_workspace ON sources (workspace_id, id)');
    // No foreign key to the source: its check would lock the source row for every delivery. The INSERT joins sources.
    await queryRunner.query(`
      CREATE TABLE deliveries (
        id uuid PRIMARY KEY,
        source_id uuid NOT NULL,
        workspace_id uuid NOT NULL,
        provider text NOT NULL,
        dedup_key text NOT NULL,
        provider_delivery_id text,
        guarded_hash bytea,
        duplicate_of uuid,
        headers jsonb NOT NULL,
        body bytea NOT NULL,
        received_at timestamptz(3) NOT NULL,
        status text NOT NULL DEFAULT 'received' CHECK (status IN ('received', 'processed', 'failed')),
        attempts integer NOT NULL DEFAULT 0,
        deaths integer NOT NULL DEFAULT 0,
        due_at timestamptz(3) NOT NULL DEFAULT now(),
        error text,
        event_type text,
        title text,
        url text,
        sender text,
        event_id uuid,
        processed_at timestamptz(3),
        UNIQUE (source_id, dedup_key)
      )`);
    // PostgreSQL's default compression costs as much as the rest of storing a body: use lz4, or none without lz4.
    await queryRunner.query(`
      DO $$ BEGIN ALTER TABLE deliveries ALTER COLUMN body SET COMPRESSION lz4;
      EXCEPTION WHEN feature_not_supported THEN ALTER TABLE deliveries ALTER COLUMN body SET STORAGE EXTERNAL; END $$`);
    await queryRunner.query('CREATE INDEX deliveries_by_workspace ON deliveries (workspace_id, id)');
    await queryRunner.query(`CREATE INDEX deliveries_waiting ON deliveries (due_at) WHERE status = 'received'`);
    await queryRunner.query(`CREATE INDEX deliveries_failed ON deliveries (workspace_id, id) WHERE status = 'failed'`);
    await queryRunner.query(
      'CREATE INDEX deliveries_guarded ON deliveries (source_id, guarded_hash) WHERE guarded_hash IS NOT NULL',
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE deliveries');
    await queryRunner.query('DROP TABLE sources');
  }
}
