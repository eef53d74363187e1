import type { MigrationInterface, QueryRunner } from 'typeorm';

export class RecordSubscriptions1763700004700 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    // One row for each subscription. No foreign keys: rows outlive users and channels until they are too old.
    // Open: no `to_offset`. Ended: `to_offset` and `to_at`. Lost with its node: `to_at` is when the node last reported,
    // `reached` the offset that it had reached then, and until `unknown_until` the node may have written more.
    await queryRunner.query(`
      CREATE TABLE subscription_spans (
        node_id uuid NOT NULL,
        number bigint NOT NULL,
        user_id uuid NOT NULL,
        session_id uuid NOT NULL,
        via text NOT NULL,
        channel_id bigint NOT NULL,
        epoch uuid NOT NULL,
        from_offset bigint NOT NULL,
        from_at timestamptz(3) NOT NULL,
        reached bigint,
        to_offset bigint,
        to_at timestamptz(3),
        unknown_until timestamptz(3),
        PRIMARY KEY (node_id, number)
      ) WITH (fillfactor = 80)`);
    await queryRunner.query(`
      CREATE INDEX subscription_spans_by_channel ON subscription_spans (channel_id, to_offset, from_offset)`);
    await queryRunner.query('CREATE INDEX subscription_spans_by_user ON subscription_spans (user_id, to_at)');
    await queryRunner.query('CREATE INDEX subscription_spans_by_end ON subscription_spans (to_at)');
    await queryRunner.query(`
      CREATE INDEX subscription_spans_open ON subscription_spans (node_id) WHERE to_offset IS NULL`);
    // The offset that all open subscriptions of a node to a channel had reached, except those with a `reached`.
    await queryRunner.query(`
      CREATE TABLE span_progress (
        node_id uuid NOT NULL,
        channel_id bigint NOT NULL,
        epoch uuid NOT NULL,
        "offset" bigint NOT NULL,
        at timestamptz(3) NOT NULL,
        PRIMARY KEY (node_id, channel_id)
      ) WITH (fillfactor = 50)`);
    await queryRunner.query('CREATE TABLE span_nodes (id uuid PRIMARY KEY, reported_at timestamptz(3) NOT NULL)');
    // Periods with subscriptions that are not in the record. Until now there was none, and nodes of the release before,
    // which have a lease if they are running, go on without one.
    await queryRunner.query(`
      CREATE TABLE span_gaps (
        node_id uuid NOT NULL,
        from_at timestamptz(3) NOT NULL,
        until_at timestamptz(3) NOT NULL,
        PRIMARY KEY (node_id, from_at)
      )`);
    await queryRunner.query(`
      INSERT INTO span_gaps
      SELECT '00000000-0000-0000-0000-000000000000', '-infinity', now() + CASE
        WHEN EXISTS (SELECT FROM fence_nodes WHERE lease_until > now()) THEN interval '30 minutes'
        ELSE interval '0' END`);
    // Ids follow the time, as the rows do, so a block range index finds one, and costs an append nothing.
    await queryRunner.query(`
      CREATE INDEX events_by_id ON events USING brin (id uuid_minmax_multi_ops)
      WITH (pages_per_range = 32, autosummarize = on)`);
    await queryRunner.query('CREATE INDEX audit_by_target ON audit (chain_id, target, position)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX audit_by_target');
    await queryRunner.query('DROP INDEX events_by_id');
    await queryRunner.query('DROP TABLE span_gaps');
    await queryRunner.query('DROP TABLE span_nodes');
    await queryRunner.query('DROP TABLE span_progress');
    await queryRunner.query('DROP TABLE subscription_spans');
  }
}
