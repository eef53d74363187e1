import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { openTestDatabase, type OpenedDatabase } from '../../../test/support/open-database.js';
import { Inbox } from './inbox.js';
import type { InboxItem } from './inbox-item.js';

let opened: OpenedDatabase;
let inbox: Inbox;
const sourceId = randomUUID();

beforeAll(async () => {
  opened = await openTestDatabase();
  const { database } = opened;
  inbox = new Inbox(database);
  const [workspace] = await database.query<{ id: string }>(
    `INSERT INTO workspaces (id, name) VALUES (gen_random_uuid(), 'test') RETURNING id`,
  );
  await database.query(
    `INSERT INTO sources (id, workspace_id, name, provider, key) VALUES ($1, $2, 'test', 'open', 'test')`,
    [sourceId, workspace?.id],
  );
});
afterAll(() => opened?.drop());

function guarded(body: string, id: string = randomUUID()): InboxItem {
  return {
    id: randomUUID(),
    sourceId,
    sourceVersion: 1,
    dedupKey: `id:${id}`,
    repeats: { by: 'bytes' },
    providerDeliveryId: id,
    guardedHash: Buffer.from(body).toString('hex').padEnd(64, '0'),
    replayGuardSeconds: 60,
    headers: {},
    body: Buffer.from(body),
  };
}

describe('a source that guards against replays', () => {
  it('takes one of the same bytes for the first, also of those that are stored together', async () => {
    const twins = [guarded('the same'), guarded('the same'), guarded('the same')];
    const outcomes = await inbox.store([...twins, guarded('another')]);
    const duplicates = outcomes.map((stored) => stored.outcome === 'stored' && stored.duplicate);
    expect(duplicates.slice(0, 3).toSorted()).toEqual([false, true, true]);
    expect(duplicates[3]).toBe(false);
  });
});
