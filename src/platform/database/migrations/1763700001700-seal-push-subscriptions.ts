import type { MigrationInterface, QueryRunner } from 'typeorm';

export class SealPushSubscriptions1763700001700 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    // Existing plain-text values are encrypted at the next start: only the service has the key.
    await queryRunner.query(`
      ALTER TABLE push_subscriptions
        ADD COLUMN host text,
        ADD COLUMN endpoint_hash bytea,
        ADD COLUMN secrets text[] NOT NULL DEFAULT '{}',
        ALTER COLUMN endpoint DROP NOT NULL,
        DROP CONSTRAINT push_subscriptions_endpoint_key`);
    await queryRunner.query(`
      UPDATE push_subscriptions SET endpoint_hash = sha256(convert_to(endpoint, 'UTF8')),
        host = CASE service WHEN 'web' THEN lower(substring(endpoint FROM '^[a-z]+://([^/?#]+)')) END`);
    await queryRunner.query(`
      ALTER TABLE push_subscriptions
        ALTER COLUMN endpoint_hash SET NOT NULL,
        ADD CONSTRAINT push_subscriptions_endpoint_hash_key UNIQUE (endpoint_hash)`);
    await queryRunner.query(
      'CREATE INDEX push_subscriptions_in_the_clear ON push_subscriptions (id) WHERE endpoint IS NOT NULL',
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DELETE FROM push_subscriptions WHERE endpoint IS NULL');
    await queryRunner.query(`
      ALTER TABLE push_subscriptions
        DROP COLUMN host,
        DROP COLUMN endpoint_hash,
        DROP COLUMN secrets,
        ALTER COLUMN endpoint SET NOT NULL,
        ADD CONSTRAINT push_subscriptions_endpoint_key UNIQUE (endpoint)`);
    await queryRunner.query('DROP INDEX push_subscriptions_in_the_clear');
  }
}
