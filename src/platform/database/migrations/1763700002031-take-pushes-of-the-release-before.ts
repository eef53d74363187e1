import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The release before SealPushSubscriptions inserts plain-text endpoints without a hash, `ON CONFLICT (endpoint)`. Both
 * releases run side by side during a deployment, so the schema has to support both.
 */
export class TakePushesOfTheReleaseBefore1763700002031 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    // Encrypted rows have no endpoint, and nulls do not conflict.
    await queryRunner.query(
      'ALTER TABLE push_subscriptions ADD CONSTRAINT push_subscriptions_endpoint_key UNIQUE (endpoint)',
    );
    await queryRunner.query(`
      CREATE FUNCTION hash_push_endpoint() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        NEW.endpoint_hash := sha256(convert_to(NEW.endpoint, 'UTF8'));
        -- The newer release may have encrypted the same endpoint: keep one subscription per endpoint.
        DELETE FROM push_subscriptions WHERE endpoint_hash = NEW.endpoint_hash AND endpoint IS NULL;
        NEW.host := CASE NEW.service WHEN 'web' THEN lower(substring(NEW.endpoint FROM '^[a-z]+://([^/?#]+)')) END;
        RETURN NEW;
      END $$`);
    await queryRunner.query(`
      CREATE TRIGGER push_subscriptions_hash_endpoint BEFORE INSERT ON push_subscriptions
      FOR EACH ROW WHEN (NEW.endpoint IS NOT NULL AND NEW.endpoint_hash IS NULL)
      EXECUTE FUNCTION hash_push_endpoint()`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TRIGGER push_subscriptions_hash_endpoint ON push_subscriptions');
    await queryRunner.query('DROP FUNCTION hash_push_endpoint');
    await queryRunner.query('ALTER TABLE push_subscriptions DROP CONSTRAINT push_subscriptions_endpoint_key');
  }
}
