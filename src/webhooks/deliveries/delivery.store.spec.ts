import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 } from 'uuid';
import { newId } from '../../platform/ids.js';
import { openTestDatabase, type OpenedDatabase } from '../../../test/support/open-database.js';
import type { Database } from '../../platform/database/database.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { Traffic } from '../../platform/traffic/traffic.js';
import { DeliveryMetrics } from './delivery.metrics.js';
import { DeliveryStore } from './delivery.store.js';

let opened: OpenedDatabase;
let database: Database;
let deliveries: DeliveryStore;

beforeAll(async () => {
  opened = await openTestDatabase();
  ({ database } = opened);
  const metrics = new Metrics();
  deliveries = new DeliveryStore(database, new DeliveryMetrics(metrics, new Traffic(metrics)));
});

afterAll(() => opened?.drop());

beforeEach(() => database.query('TRUNCATE deliveries CASCADE'));

/** A stored delivery; `changes` is SQL. */
async function stored(changes = `status = 'received'`, id = newId()): Promise<string> {
  await database.query(
    `INSERT INTO deliveries (id, source_id, workspace_id, provider, dedup_key, headers, body, received_at)
     VALUES ($1::uuid, $1::uuid, $1::uuid, 'open', $1::uuid::text, '{}', '', now())`,
    [id],
  );
  await database.query(`UPDATE deliveries SET ${changes} WHERE id = $1`, [id]);
  return id;
}

async function claimed(ids: readonly string[], max: number): Promise<string[]> {
  return database.transaction(async (tx) => (await deliveries.claimBatch(tx, ids, max)).map(({ id }) => id));
}

describe('claimBatch', () => {
  it('also claims the oldest unnamed deliveries, in the order of their ids, up to the limit', async () => {
    const waiting = [await stored(), await stored(), await stored()];
    const named = await stored();
    expect(await claimed([named], 3)).toEqual([waiting[0], waiting[1], named]);
  });

  it('claims no unnamed delivery if the named ones reach the limit', async () => {
    await stored();
    const named = [await stored(), await stored()];
    expect(await claimed(named.slice(0, 1), 1)).toEqual(named.slice(0, 1));
    expect(await claimed(named, 1)).toEqual(named);
  });

  it.each(['attempts = 1', 'deaths = 1', `due_at = now() + interval '1 minute'`, `status = 'failed'`])(
    'does not claim an unnamed delivery with %s',
    async (changes) => {
      await stored(changes);
      const named = await stored();
      expect(await claimed([named], 10)).toEqual([named]);
    },
  );

  it('claims a named delivery that was tried before, but not a processed one', async () => {
    const tried = await stored('attempts = 1, deaths = 1');
    const done = await stored(`status = 'processed'`);
    expect(await claimed([tried, done], 10)).toEqual([tried]);
  });

  it('skips deliveries that another worker has claimed', async () => {
    const [first, second] = [await stored(), await stored()];
    await database.transaction(async (tx) => {
      await deliveries.claimBatch(tx, [first], 1);
      expect(await claimed([first], 10)).toEqual([second]);
    });
  });
});

describe('with 20,000 stored deliveries', () => {
  beforeEach(async () => {
    await database.query(
      `INSERT INTO deliveries (id, source_id, workspace_id, provider, dedup_key, headers, body, received_at, status)
       SELECT id::uuid, id::uuid, id::uuid, 'open', id, '{}', '', now(), 'processed' FROM unnest($1::text[]) AS id`,
      [Array.from({ length: 20_000 }, newId)],
    );
    await database.query('ANALYZE deliveries');
  });

  /** Counts the rows of the table that the server reads for `work`. */
  async function readFor(work: () => Promise<unknown>): Promise<number> {
    const read = async () => {
      await database.query('SELECT pg_stat_force_next_flush()');
      const [row] = await database.query<{ count: string }>(
        `SELECT seq_tup_read + idx_tup_fetch AS count FROM pg_stat_user_tables WHERE relname = 'deliveries'`,
      );
      return Number(row?.count);
    };
    const before = await read();
    await work();
    return (await read()) - before;
  }

  it('prune deletes old processed deliveries and reads no younger ones', async () => {
    const old = (days: number) => v7({ msecs: Date.now() - days * 86_400_000 });
    const aged = (days: number) => `received_at = now() - interval '${days} days'`;
    const settled = await stored(`status = 'processed', ${aged(31)}`, old(31));
    const kept = [
      await stored(`status = 'processed', ${aged(29)}`, old(29)),
      await stored(`status = 'received', ${aged(31)}`, old(31)),
      // An old id from a node whose clock was behind, and an old time of a young id.
      await stored(`status = 'processed'`, old(45)),
      await stored(`status = 'processed', ${aged(45)}`),
    ];
    expect(await readFor(() => deliveries.prune(30, () => false))).toBeLessThan(10);
    const rows = await database.query<{ id: string }>('SELECT id FROM deliveries WHERE id = ANY($1)', [
      [settled, ...kept],
    ]);
    expect(new Set(rows.map(({ id }) => id))).toEqual(new Set(kept));
  });

  it('prune deletes all old deliveries in pieces, unless it is told to stop', async () => {
    const old = v7({ msecs: Date.now() - 31 * 86_400_000 });
    const source = newId();
    await database.query(
      `INSERT INTO deliveries (id, source_id, workspace_id, provider, dedup_key, headers, body, received_at, status)
       SELECT (left($1, 24) || lpad(n::text, 12, '0'))::uuid, $2::uuid, $2::uuid, 'open', n::text, '{}', '',
         now() - interval '31 days', 'processed'
       FROM generate_series(1, 12000) AS n`,
      [old, source],
    );
    const left = async () => (await database.query('SELECT id FROM deliveries WHERE source_id = $1', [source])).length;
    await deliveries.prune(30, () => true);
    expect(await left()).toBe(7_000);
    await deliveries.prune(30, () => false);
    expect(await left()).toBe(0);
  });
});
