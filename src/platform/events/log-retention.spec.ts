import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openTestDatabase, type OpenedDatabase } from '../../../test/support/open-database.js';
import type { Database } from '../database/database.js';
import { LogReader } from './log-reader.js';
import { LogRetention } from './log-retention.js';

let opened: OpenedDatabase;
let database: Database;
let reader: LogReader;

beforeAll(async () => {
  opened = await openTestDatabase();
  ({ database } = opened);
  reader = new LogReader(database, opened.history);
});
afterAll(() => opened?.drop());
beforeEach(() => database.query('TRUNCATE channels CASCADE'));

/** Creates a channel with events of these ages in days, oldest first. */
async function channelOf(name: string, ages: readonly number[]): Promise<void> {
  const { id } = await reader.open(name);
  await database.query(
    `INSERT INTO events (channel_id, "offset", id, type, payload, created_at)
     SELECT $1, place, gen_random_uuid(), 'test:happened', '{}', now() - make_interval(hours => (age * 24)::int)
     FROM unnest($2::float8[]) WITH ORDINALITY AS event (age, place)`,
    [id, ages],
  );
  await database.query('UPDATE channels SET head = $2 WHERE id = $1', [id, ages.length]);
}

async function kept(name: string): Promise<{ tail: number; head: number; offsets: number[] }> {
  const { id, epoch, tail, head } = await reader.open(name);
  const events = await reader.readAfter([{ id, channel: name, epoch, after: 0 }], 1_000);
  return { tail, head, offsets: (events.get(id) ?? []).map(({ offset }) => offset) };
}

/** Number of statements so far; each one is a transaction. */
async function statements(): Promise<number> {
  await database.query('SELECT pg_stat_force_next_flush()');
  const [row] = await database.query<{ count: string }>(
    'SELECT xact_commit AS count FROM pg_stat_database WHERE datname = current_database()',
  );
  return Number(row?.count);
}

describe('LogRetention', () => {
  const trim = (retention: { days: number; count: number }) => new LogRetention(database).run(retention);

  it('deletes expired events and moves the tail', async () => {
    await channelOf('things:1', [40, 31, 29, 1, 0]);
    expect(await trim({ days: 30, count: 100 })).toBe(2);
    expect(await kept('things:1')).toEqual({ tail: 2, head: 5, offsets: [3, 4, 5] });
  });

  it('deletes all but the newest events of a channel with too many', async () => {
    await channelOf('things:1', [5, 4, 3, 2, 1]);
    expect(await trim({ days: 30, count: 2 })).toBe(3);
    expect(await kept('things:1')).toEqual({ tail: 3, head: 5, offsets: [4, 5] });
  });

  it('empties a channel whose events have all expired, and keeps its head', async () => {
    await channelOf('things:1', [50, 40]);
    expect(await trim({ days: 30, count: 100 })).toBe(2);
    expect(await kept('things:1')).toEqual({ tail: 2, head: 2, offsets: [] });
  });

  it('does not change a channel without expired events', async () => {
    await channelOf('things:1', [1, 0]);
    expect(await trim({ days: 30, count: 2 })).toBe(0);
    expect(await trim({ days: 30, count: 2 })).toBe(0);
    expect(await kept('things:1')).toEqual({ tail: 0, head: 2, offsets: [1, 2] });
  });

  it('runs no statement per channel without expired events', async () => {
    for (let i = 0; i < 120; i++) await channelOf(`things:${i}`, [29, 1]);
    await channelOf('things:old', [31, 1]);
    const before = await statements();
    expect(await trim({ days: 30, count: 2 })).toBe(1);
    expect((await statements()) - before).toBeLessThan(10);
  });

  it('processes all channels, however many', async () => {
    for (let i = 0; i < 120; i++) await channelOf(`things:${i}`, [40, 1]);
    expect(await trim({ days: 30, count: 100 })).toBe(120);
  });
});
