import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateEndpoints1763700001500 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE endpoints (
        id uuid PRIMARY KEY,
        workspace_id uuid NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
        name text NOT NULL,
        url text NOT NULL,
        event_types text[] NOT NULL DEFAULT '{}',
        permissions text[] NOT NULL DEFAULT '{}',
        secrets text[] NOT NULL DEFAULT '{}',
        old_secret_until timestamptz(3),
        enabled boolean NOT NULL DEFAULT true,
        disabled_reason text,
        failing_since timestamptz(3),
        created_at timestamptz(3) NOT NULL DEFAULT now()
      )`);
    await queryRunner.query('CREATE INDEX endpoints_by_workspace ON endpoints (workspace_id, id)');
    await queryRunner.query(`
      CREATE TABLE messages (
        id uuid PRIMARY KEY,
        endpoint_id uuid NOT NULL REFERENCES endpoints (id) ON DELETE CASCADE,
        event_id uuid NOT NULL,
        event_type text NOT NULL,
        body text NOT NULL,
        status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'delivered', 'failed')),
        attempts integer NOT NULL DEFAULT 0,
        due_at timestamptz(3) NOT NULL DEFAULT now(),
        error text,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        settled_at timestamptz(3),
        UNIQUE (endpoint_id, event_id)
      )`);
    await queryRunner.query('CREATE INDEX messages_by_endpoint ON messages (endpoint_id, id)');
    await queryRunner.query('CREATE INDEX messages_by_age ON messages (created_at)');
    await queryRunner.query(`CREATE INDEX messages_waiting ON messages (endpoint_id, due_at) WHERE status = 'pending'`);
    await queryRunner.query(`
      CREATE TABLE message_attempts (
        message_id uuid NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
        number integer NOT NULL,
        at timestamptz(3) NOT NULL,
        took_ms integer NOT NULL,
        status integer,
        error text,
        PRIMARY KEY (message_id, number)
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE message_attempts');
    await queryRunner.query('DROP TABLE messages');
    await queryRunner.query('DROP TABLE endpoints');
  }
}
