import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreatePresence1763700001600 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    // All unlogged: after a database crash the nodes write their presence again.
    await queryRunner.query(`
      CREATE UNLOGGED TABLE presence_nodes (
        id uuid PRIMARY KEY,
        lease_until timestamptz NOT NULL
      )`);
    // No foreign key to the node: writers lock its row once instead of once per presence row.
    await queryRunner.query(`
      CREATE UNLOGGED TABLE presence (
        channel text NOT NULL,
        user_id uuid NOT NULL,
        node_id uuid NOT NULL,
        PRIMARY KEY (channel, user_id, node_id)
      )`);
    await queryRunner.query('CREATE INDEX presence_node ON presence (node_id)');
    // One row per user who was announced as online, so that only one node publishes the change.
    await queryRunner.query('CREATE UNLOGGED TABLE online_users (user_id uuid PRIMARY KEY)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE online_users');
    await queryRunner.query('DROP TABLE presence');
    await queryRunner.query('DROP TABLE presence_nodes');
  }
}
