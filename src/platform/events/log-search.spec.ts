import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTestDatabase, type OpenedDatabase } from '../../../test/support/open-database.js';
import type { Database } from '../database/database.js';
import { firstIdAt } from '../ids.js';
import { LogReader, type ChannelState } from './log-reader.js';
import { LogSearch, type LogFilter } from './log-search.js';

const TAIL = 100;
const HEAD = 25_100;
/** One event a second from 2025-01-01T00:00:00Z on. */
const START = Date.parse('2025-01-01T00:00:00Z');
const momentAt = (offset: number) => new Date(START + offset * 1_000).toISOString();

let opened: OpenedDatabase;
let database: Database;
let search: LogSearch;
let state: ChannelState;

beforeAll(async () => {
  opened = await openTestDatabase();
  ({ database } = opened);
  search = new LogSearch(database);
  const reader = new LogReader(database, opened.history);
  const { id } = await reader.open('things:1');
  await database.query(
    `INSERT INTO events (channel_id, "offset", id, type, payload, created_at)
     SELECT $1, n, gen_random_uuid(), CASE WHEN n % 12000 = 0 THEN 'thing:rare' ELSE 'thing:common' END, '{}',
       to_timestamp(${START / 1_000} + n)
     FROM generate_series(${TAIL + 1}, ${HEAD}) AS n`,
    [id],
  );
  await database.query('UPDATE channels SET head = $2, tail = $3 WHERE id = $1', [id, HEAD, TAIL]);
  await database.query('ANALYZE events');
  state = await reader.open('things:1');
});
afterAll(() => opened?.drop());

async function offsetsOf(filter: LogFilter, from: 'oldest' | 'newest', limit = 3) {
  const { events, next, stopped } = await search.find(state, filter, { after: 0, before: HEAD + 1, limit, from });
  return { offsets: events.map(({ offset }) => offset), next, stopped };
}

describe('a search in a channel', () => {
  it('takes the events of a time window, whose end is exclusive', async () => {
    const window = { since: momentAt(500), until: momentAt(502) };
    expect(await offsetsOf(window, 'oldest')).toEqual({ offsets: [500, 501], next: undefined, stopped: false });
    expect(await offsetsOf(window, 'newest', 1)).toEqual({ offsets: [501], next: 501, stopped: false });
    expect((await offsetsOf({ since: momentAt(0) }, 'oldest', 1)).offsets).toEqual([TAIL + 1]);
    expect((await offsetsOf({ until: momentAt(HEAD + 9) }, 'newest', 1)).offsets).toEqual([HEAD]);
    expect((await offsetsOf({ since: momentAt(HEAD + 9) }, 'oldest')).offsets).toEqual([]);
    expect((await offsetsOf({ until: momentAt(TAIL) }, 'newest')).offsets).toEqual([]);
  });

  it.each(['oldest', 'newest'] as const)('stops after 10,000 events, and goes on from there (%s)', async (from) => {
    const seen: number[] = [];
    let pages = 0;
    let [after, before] = [0, HEAD + 1];
    for (;;) {
      const window = { after, before, limit: 10, from };
      const { events, next, stopped } = await search.find(state, { type: 'thing:rare' }, window);
      seen.push(...events.map(({ offset }) => offset));
      pages += 1;
      if (next === undefined) break;
      expect(stopped).toBe(true);
      if (from === 'oldest') after = next;
      else before = next;
    }
    expect(seen.toSorted((a, b) => a - b)).toEqual([12_000, 24_000]);
    expect(pages).toBe(3);
  });

  it('reads no event outside its window', async () => {
    const read = async () => {
      await database.query('SELECT pg_stat_force_next_flush()');
      const [row] = await database.query<{ count: string }>(
        `SELECT seq_tup_read + idx_tup_fetch AS count FROM pg_stat_user_tables WHERE relname = 'events'`,
      );
      return Number(row?.count);
    };
    const before = await read();
    await offsetsOf({ type: 'thing:common', since: momentAt(20_000), until: momentAt(20_010) }, 'oldest', 100);
    expect((await read()) - before).toBeLessThan(100);
  });

  it('finds an event by its id, without an index of ids', async () => {
    const id = firstIdAt(START + 20_000_000 - 50);
    await database.query(`UPDATE events SET id = $1 WHERE "offset" = 20000`, [id]);
    expect(await search.offsetOf('things:1', id)).toBe(20_000);
    expect(await search.offsetOf('things:1', firstIdAt(START + 10_000_000))).toBeUndefined();
    expect(await search.offsetOf('things:1', firstIdAt(START))).toBeUndefined();
    expect(await search.offsetOf('things:2', id)).toBeUndefined();
  });
});
