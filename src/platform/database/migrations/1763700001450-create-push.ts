import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreatePush1763700001450 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    // An endpoint is one browser or phone and belongs to the user who signed in there last.
    await queryRunner.query(`
      CREATE TABLE push_subscriptions (
        id uuid PRIMARY KEY,
        user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        session_id uuid REFERENCES sessions (id) ON DELETE CASCADE,
        service text NOT NULL,
        endpoint text NOT NULL UNIQUE,
        p256dh text,
        auth text,
        created_at timestamptz(3) NOT NULL DEFAULT now()
      )`);
    await queryRunner.query('CREATE INDEX push_subscriptions_of_user ON push_subscriptions (user_id, id)');
    await queryRunner.query('CREATE INDEX push_subscriptions_of_session ON push_subscriptions (session_id)');
    await queryRunner.query(`
      CREATE TABLE pushes (
        id uuid PRIMARY KEY,
        notification_id uuid NOT NULL REFERENCES notifications (id) ON DELETE CASCADE,
        subscription_id uuid NOT NULL REFERENCES push_subscriptions (id) ON DELETE CASCADE,
        due_at timestamptz NOT NULL,
        attempts integer NOT NULL DEFAULT 0,
        ticket text
      )`);
    await queryRunner.query('CREATE INDEX pushes_due ON pushes (due_at)');
    await queryRunner.query('CREATE INDEX pushes_of_notification ON pushes (notification_id)');
    await queryRunner.query('CREATE INDEX pushes_of_subscription ON pushes (subscription_id)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE pushes');
    await queryRunner.query('DROP TABLE push_subscriptions');
  }
}
