import type { MigrationInterface, QueryRunner } from 'typeorm';

export class DescribeSessions1763700006120 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    // The client of the last login or refresh. Null for a session that an older release has begun.
    await queryRunner.query('ALTER TABLE sessions ADD refreshed_at timestamptz(3), ADD ip text, ADD user_agent text');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE sessions DROP user_agent, DROP ip, DROP refreshed_at');
  }
}
