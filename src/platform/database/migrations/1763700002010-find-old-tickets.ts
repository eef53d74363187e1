import type { MigrationInterface, QueryRunner } from 'typeorm';

export class FindOldTickets1763700002010 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    // Issuing a ticket deletes expired ones; the index avoids scanning all current tickets.
    await queryRunner.query('CREATE INDEX realtime_tickets_by_expiry ON realtime_tickets (expires_at)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX realtime_tickets_by_expiry');
  }
}
