import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { openTestDatabase, type OpenedDatabase } from '../../../test/support/open-database.js';
import { CHECK_DUE, checkDue } from './source-watch.store.js';

const [ws, silent, busy] = [randomUUID(), randomUUID(), randomUUID()];

let opened: OpenedDatabase;

beforeAll(async () => {
  opened = await openTestDatabase();
  const { database } = opened;
  await database.query(`INSERT INTO workspaces (id, name) VALUES ($1, 'test')`, [ws]);
  await database.query(
    `INSERT INTO sources (id, workspace_id, name, provider, key, expect_every_seconds)
     SELECT id, $1, 'test', 'open', id::text, 60 FROM unnest($2::uuid[]) AS id`,
    [ws, [silent, busy]],
  );
  await database.query(
    `INSERT INTO source_watches (source_id, since, check_at)
     SELECT id, now() - interval '2 days', now() FROM unnest($1::uuid[]) AS id`,
    [[silent, busy]],
  );
  await database.query(
    `INSERT INTO deliveries (id, source_id, workspace_id, provider, dedup_key, headers, body, received_at, status)
     SELECT ('01900000-' || lpad(to_hex(n / 65536), 4, '0') || '-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
       CASE WHEN n = 1 THEN $2::uuid ELSE $3::uuid END, $1, 'open', n::text, '{}', '', now() - interval '1 day'
         + make_interval(secs => n), 'processed'
     FROM generate_series(1, 50000) AS n`,
    [ws, silent, busy],
  );
  await database.query('ANALYZE deliveries');
}, 60_000);
afterAll(() => opened?.drop());

describe('a check of watched sources', () => {
  it('reads the newest delivery of each by an index, however many deliveries there are', async () => {
    const rows = await opened.database.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${CHECK_DUE}`, [100]);
    const scans = rows.map((row) => row['QUERY PLAN']).filter((line) => line.includes('on deliveries'));
    expect(scans).toEqual([expect.stringContaining('using deliveries_by_source')]);
  });

  it('finds when each source was last heard', async () => {
    const found = await opened.database.transaction((tx) => checkDue(tx, 100));
    const ago = new Map(
      found.map(({ sourceId, lastHeardAt }) => [sourceId, Date.now() - (lastHeardAt?.getTime() ?? 0)]),
    );
    expect([...ago.keys()].toSorted()).toEqual([silent, busy].toSorted());
    expect((ago.get(silent) ?? 0) - (ago.get(busy) ?? 0)).toBe(49_999_000);
    expect(found.every(({ isHeard, isOverdue }) => isHeard && isOverdue)).toBe(true);
  });
});
