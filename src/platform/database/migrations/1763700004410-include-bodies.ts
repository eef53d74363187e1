import type { MigrationInterface, QueryRunner } from 'typeorm';

export class IncludeBodies1763700004410 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE sources ADD include jsonb NOT NULL DEFAULT '"none"'`);
    await queryRunner.query('ALTER TABLE messages ADD restricted text, ADD restricted_permission text');
    // Until now the permission to read webhooks included their bodies, and so did that of the makers of endpoints.
    await queryRunner.query(`
      UPDATE endpoints SET permissions = array_append(permissions, 'webhooks:bodies')
      WHERE 'webhooks:read' = ANY(permissions) AND NOT 'webhooks:bodies' = ANY(permissions)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`UPDATE endpoints SET permissions = array_remove(permissions, 'webhooks:bodies')`);
    await queryRunner.query('ALTER TABLE messages DROP restricted, DROP restricted_permission');
    await queryRunner.query('ALTER TABLE sources DROP include');
  }
}
