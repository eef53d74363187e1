import type { MigrationInterface, QueryRunner } from 'typeorm';

export class BindEndpointsToMakers1763700002105 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    // No foreign key: the creator's id is kept after that user is deleted.
    await queryRunner.query('ALTER TABLE endpoints ADD created_by uuid');
    await queryRunner.query('CREATE INDEX endpoints_by_maker ON endpoints (created_by)');
    await queryRunner.query('ALTER TABLE messages ADD permission text');
    // The audit log knows which user last chose the URL or the events.
    await queryRunner.query(`
      UPDATE endpoints SET created_by = (
        SELECT actor_id FROM audit
        WHERE chain_id = endpoints.workspace_id AND target = endpoints.id::text
          AND action IN ('endpoint.created', 'endpoint.changed')
          AND (before IS NULL OR before::jsonb - 'name' - 'enabled' <> after::jsonb - 'name' - 'enabled')
        ORDER BY position DESC LIMIT 1)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE messages DROP permission');
    await queryRunner.query('ALTER TABLE endpoints DROP created_by');
  }
}
