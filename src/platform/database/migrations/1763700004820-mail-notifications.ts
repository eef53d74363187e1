import type { MigrationInterface, QueryRunner } from 'typeorm';

export class MailNotifications1763700004820 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE notification_preferences ADD email text NOT NULL DEFAULT 'off'
        CHECK (email IN ('off', 'immediately', 'hourly', 'daily'))`);
    await queryRunner.query(`
      CREATE TABLE notification_mails (
        notification_id uuid PRIMARY KEY REFERENCES notifications (id) ON DELETE CASCADE,
        user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        digest text NOT NULL,
        planned_at timestamptz NOT NULL,
        due_at timestamptz NOT NULL,
        attempts integer NOT NULL DEFAULT 0
      )`);
    await queryRunner.query('CREATE INDEX notification_mails_due ON notification_mails (due_at)');
    await queryRunner.query('CREATE INDEX notification_mails_of_user ON notification_mails (user_id)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE notification_mails');
    await queryRunner.query('ALTER TABLE notification_preferences DROP email');
  }
}
