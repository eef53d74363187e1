import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateRealtimeTickets1763700000400 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE realtime_tickets (
        hash bytea PRIMARY KEY,
        user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        token_expires_at timestamptz(3) NOT NULL,
        expires_at timestamptz(3) NOT NULL
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE realtime_tickets');
  }
}
