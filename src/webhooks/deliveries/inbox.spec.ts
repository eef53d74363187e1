import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { openTestDatabase, type OpenedDatabase } from '../../../test/support/open-database.js';
import { Inbox } from './inbox.js';
import type { InboxItem, Stored } from './inbox-item.js';

let opened: OpenedDatabase;
let inbox: Inbox;
const sourceId = randomUUID();
const otherSourceId = randomUUID();

beforeAll(async () => {
  opened = await openTestDatabase();
  const { database } = opened;
  inbox = new Inbox(database);
  const [workspace] = await database.query<{ id: string }>(
    `INSERT INTO workspaces (id, name) VALUES (gen_random_uuid(), 'test') RETURNING id`,
  );
  await database.query(
    `INSERT INTO sources (id, workspace_id, name, provider, key)
     VALUES ($1, $3, 'test', 'open', 'test'), ($2, $3, 'other', 'open', 'other')`,
    [sourceId, otherSourceId, workspace?.id],
  );
});
afterAll(() => opened?.drop());

function guarded(body: string, id: string = randomUUID()): InboxItem {
  return {
    id: randomUUID(),
    sourceId,
    workspaceId: randomUUID(),
    sourceVersion: 1,
    dedupKey: `id:${id}`,
    repeats: { by: 'bytes' },
    providerDeliveryId: id,
    guardedHash: Buffer.from(body).toString('hex').padEnd(64, '0'),
    replayGuardSeconds: 60,
    method: null,
    headers: {},
    body: Buffer.from(body),
    isTest: false,
  };
}

const plain = (dedupKey: string, body: string, repeats: InboxItem['repeats']): InboxItem => ({
  ...guarded(body),
  dedupKey,
  repeats,
  guardedHash: null,
  replayGuardSeconds: 0,
});
const isDuplicate = (stored: Stored): boolean | undefined =>
  stored.outcome === 'outdated' ? undefined : stored.duplicate;

describe('a dedup key that another delivery holds', () => {
  const bytes = { by: 'bytes' } as const;

  it('passes to the newer delivery and still identifies both, also within one batch', async () => {
    const bodies = ['a', 'b', 'a', 'c', 'b', 'a'];
    const outcomes = await inbox.store(bodies.map((body) => plain('id:7', body, bytes)));
    expect(outcomes.map(isDuplicate).filter((duplicate) => duplicate === false)).toHaveLength(3);
    const again = await inbox.store(['c', 'a', 'b'].map((body) => plain('id:7', body, bytes)));
    expect(again.map(isDuplicate)).toEqual([true, true, true]);
  });

  it('still identifies the newest delivery when the others are deleted', async () => {
    for (const body of ['old', 'new']) await inbox.store([plain('id:8', body, bytes)]);
    await opened.database.query(`DELETE FROM deliveries WHERE body = 'old'`);
    expect((await inbox.store([plain('id:8', 'new', bytes)])).map(isDuplicate)).toEqual([true]);
    expect((await inbox.store([plain('id:8', 'old', bytes)])).map(isDuplicate)).toEqual([false]);
  });

  it('is free again after its window by the clock of the database', async () => {
    const tick = () => plain('body:tick', 'tick', { by: 'time', seconds: 60 });
    const first = await inbox.store([tick(), tick()]);
    expect(first.map(isDuplicate).toSorted()).toEqual([false, true]);
    await opened.database.query(`UPDATE deliveries SET received_at = now() - interval '61 s' WHERE body = 'tick'`);
    const later = await Promise.all(Array.from({ length: 20 }, () => inbox.store([tick()])));
    expect(
      later
        .flat()
        .map(isDuplicate)
        .filter((duplicate) => duplicate === false),
    ).toHaveLength(1);
  });

  it('identifies no delivery of another source', async () => {
    const ofOther = (body: string) => ({ ...plain('id:11', body, bytes), sourceId: otherSourceId });
    await inbox.store([plain('id:11', 'ours', bytes)]);
    const outcomes = await inbox.store([ofOther('theirs')]);
    expect([...outcomes, ...(await inbox.store([ofOther('ours')]))].map(isDuplicate)).toEqual([false, false]);
  });

  it('is not taken over if the source has changed in the meantime', async () => {
    await inbox.store([plain('id:9', 'first', bytes)]);
    const outdated = { ...plain('id:9', 'second', bytes), sourceVersion: 2 };
    expect(await inbox.store([outdated])).toEqual([{ outcome: 'outdated' }]);
    expect((await inbox.store([plain('id:9', 'first', bytes)])).map(isDuplicate)).toEqual([true]);
  });

  it('is looked up by its index, with 20,000 stored deliveries', async () => {
    const { database } = opened;
    await database.query(
      `INSERT INTO deliveries (id, source_id, workspace_id, provider, dedup_key, headers, body, received_at, status)
       SELECT gen_random_uuid(), $1, $1, 'open', 'many:' || n, '{}', '', now(), 'processed' FROM generate_series(1, 20000) AS n`,
      [sourceId],
    );
    await database.query('ANALYZE deliveries');
    const read = async () => {
      await database.query('SELECT pg_stat_force_next_flush()');
      const [row] = await database.query<{ count: string }>(
        `SELECT seq_tup_read + idx_tup_fetch AS count FROM pg_stat_user_tables WHERE relname = 'deliveries'`,
      );
      return Number(row?.count);
    };
    for (const body of ['x', 'y', 'y']) await inbox.store([plain('id:10', body, bytes)]);
    const before = await read();
    for (const body of ['y', 'x', 'z']) await inbox.store([plain('id:10', body, bytes)]);
    expect((await read()) - before).toBeLessThan(100);
  });
});

describe('a source with a replay guard', () => {
  it('marks all but one delivery of the same bytes in one batch as duplicates', async () => {
    const copies = [guarded('the same'), guarded('the same'), guarded('the same')];
    const outcomes = await inbox.store([...copies, guarded('another')]);
    const duplicates = outcomes.map((stored) => stored.outcome === 'stored' && stored.duplicate);
    expect(duplicates.slice(0, 3).toSorted()).toEqual([false, true, true]);
    expect(duplicates[3]).toBe(false);
  });
});
