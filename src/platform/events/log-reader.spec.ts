import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { openTestDatabase, type OpenedDatabase } from '../../../test/support/open-database.js';
import { eventually } from '../../../test/support/eventually.js';
import type { Database } from '../database/database.js';
import { LogReader } from './log-reader.js';

let opened: OpenedDatabase;
let database: Database;
let reader: LogReader;

beforeAll(async () => {
  opened = await openTestDatabase();
  ({ database } = opened);
  await opened.history.check();
  reader = new LogReader(database, opened.history);
});
afterAll(() => opened?.drop());
beforeEach(async () => {
  await database.query('TRUNCATE channels CASCADE');
});

describe('LogReader', () => {
  it('returns exactly the channels that have grown, have another epoch or are gone', async () => {
    const names = ['as it was', 'has grown', 'has another epoch', 'is gone'];
    const [asItWas, grown, other, gone] = await Promise.all(names.map((name) => reader.open(name)));
    await database.query('UPDATE channels SET head = 1 WHERE id = $1', [grown?.id]);
    await database.query('UPDATE channels SET epoch = $2 WHERE id = $1', [other?.id, randomUUID()]);
    await database.query('DELETE FROM channels WHERE id = $1', [gone?.id]);
    const known = [asItWas, grown, other, gone].filter((state) => state !== undefined);
    expect(known).toHaveLength(4);
    expect(await reader.changed(known)).toEqual(new Set([grown?.id, other?.id, gone?.id]));
  });

  it('returns no channel that was read up to its head, and none for an empty list', async () => {
    const state = await reader.open('things:1');
    await database.query('UPDATE channels SET head = 7 WHERE id = $1', [state.id]);
    expect(await reader.changed([{ ...state, head: 7 }])).toEqual(new Set());
    expect(await reader.changed([])).toEqual(new Set());
    expect(opened.history.isCertain).toBe(true);
  });

  it('gives a channel that ends before the read offset another epoch', async () => {
    const state = await reader.open('things:1');
    await database.query('UPDATE channels SET head = 5 WHERE id = $1', [state.id]);
    expect(await reader.changed([{ ...state, head: 10 }])).toEqual(new Set([state.id]));
    await eventually(
      'the channel has another epoch',
      async () => (await reader.open('things:1')).epoch !== state.epoch,
    );
  });

  it('reads nothing for a cursor of another epoch', async () => {
    const { id, epoch } = await reader.open('things:1');
    await database.query(
      `INSERT INTO events (channel_id, "offset", id, type, payload, created_at)
       VALUES ($1, 1, gen_random_uuid(), 'test:happened', '{}', now())`,
      [id],
    );
    const cursor = { id, channel: 'things:1', after: 0 };
    expect((await reader.readAfter([{ ...cursor, epoch }], 10)).get(id)).toHaveLength(1);
    expect((await reader.readAfter([{ ...cursor, epoch: randomUUID() }], 10)).get(id)).toBeUndefined();
  });
});
