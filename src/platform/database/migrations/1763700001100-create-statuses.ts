import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateStatuses1763700001100 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE user_statuses (
        user_id uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
        status text NOT NULL,
        activate_at timestamptz(3),
        goal integer NOT NULL,
        CHECK (status <> 'pending' OR activate_at IS NOT NULL)
      )`);
    // Pending timers only, so that finding due ones does not depend on the total number.
    await queryRunner.query(`CREATE INDEX user_statuses_due ON user_statuses (activate_at) WHERE status = 'pending'`);
    await queryRunner.query(`
      CREATE TABLE user_transactions (
        id uuid PRIMARY KEY,
        user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        type text NOT NULL,
        amount integer NOT NULL,
        description text NOT NULL,
        created_at timestamptz(3) NOT NULL
      )`);
    await queryRunner.query('CREATE INDEX user_transactions_by_user ON user_transactions (user_id, id)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE user_transactions');
    await queryRunner.query('DROP TABLE user_statuses');
  }
}
