import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddEndpointOptions1763700004600 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE endpoints
        ADD header_names text[] NOT NULL DEFAULT '{}',
        ADD sealed_headers text[] NOT NULL DEFAULT '{}',
        ADD timeout_ms integer NOT NULL DEFAULT 15000,
        ADD rate_limit integer,
        ADD free_at timestamptz(3),
        ADD retries jsonb NOT NULL DEFAULT '"standard"',
        ADD ordered boolean NOT NULL DEFAULT false,
        ADD filter jsonb`);
    await queryRunner.query('ALTER TABLE message_attempts ADD response_headers jsonb, ADD response_body text');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE message_attempts DROP response_headers, DROP response_body');
    await queryRunner.query(`
      ALTER TABLE endpoints DROP header_names, DROP sealed_headers, DROP timeout_ms, DROP rate_limit, DROP free_at,
        DROP retries, DROP ordered, DROP filter`);
  }
}
