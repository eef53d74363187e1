import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateFence1763700000500 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    // One row: each change of rights takes the next position under its lock: dense and in commit order.
    await queryRunner.query(`
      CREATE TABLE fence (
        singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
        head bigint NOT NULL DEFAULT 0
      )`);
    await queryRunner.query('INSERT INTO fence DEFAULT VALUES');
    await queryRunner.query(`
      CREATE TABLE fence_changes (
        position bigint PRIMARY KEY,
        user_ids uuid[] NOT NULL,
        created_at timestamptz(3) NOT NULL DEFAULT now()
      )`);
    // Unlogged: after a database crash all leases have expired anyway.
    await queryRunner.query(`
      CREATE UNLOGGED TABLE fence_nodes (
        id uuid PRIMARY KEY,
        applied bigint NOT NULL,
        lease_until timestamptz NOT NULL
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE fence_nodes');
    await queryRunner.query('DROP TABLE fence_changes');
    await queryRunner.query('DROP TABLE fence');
  }
}
