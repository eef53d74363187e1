import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateNotifications1763700001400 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE notifications (
        id uuid PRIMARY KEY,
        user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        kind text NOT NULL,
        workspace_id uuid REFERENCES workspaces (id) ON DELETE CASCADE,
        permission text,
        event_id uuid NOT NULL,
        subject text NOT NULL,
        title text NOT NULL,
        body text NOT NULL,
        path text NOT NULL,
        actor uuid,
        in_app boolean NOT NULL,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        read_at timestamptz(3),
        archived_at timestamptz(3),
        UNIQUE (user_id, event_id, kind, subject),
        CHECK ((workspace_id IS NULL) = (permission IS NULL))
      )`);
    await queryRunner.query('CREATE INDEX notifications_inbox ON notifications (user_id, id) WHERE in_app');
    await queryRunner.query(
      'CREATE INDEX notifications_unread ON notifications (user_id) WHERE in_app AND read_at IS NULL AND archived_at IS NULL',
    );
    await queryRunner.query('CREATE INDEX notifications_of_workspace ON notifications (workspace_id)');
    await queryRunner.query('CREATE INDEX notifications_by_age ON notifications (created_at)');
    await queryRunner.query(`
      CREATE TABLE notification_preferences (
        user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        kind text NOT NULL,
        in_app boolean NOT NULL,
        push boolean NOT NULL,
        PRIMARY KEY (user_id, kind)
      )`);
    await queryRunner.query(`
      CREATE TABLE quiet_hours (
        user_id uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
        time_zone text NOT NULL,
        from_minute smallint NOT NULL,
        until_minute smallint NOT NULL
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of ['quiet_hours', 'notification_preferences', 'notifications']) {
      await queryRunner.query(`DROP TABLE ${table}`);
    }
  }
}
