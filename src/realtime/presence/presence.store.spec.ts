import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { openTestDatabase, type OpenedDatabase } from '../../../test/support/open-database.js';
import { loadConfig, type Config } from '../../platform/config/config.js';
import { PresenceStore } from './presence.store.js';

const userId = randomUUID();
const channel = `tasks:${randomUUID()}`;

let opened: OpenedDatabase;
let config: Config;
let store: PresenceStore;

beforeAll(async () => {
  opened = await openTestDatabase();
  config = loadConfig({ NODE_ENV: 'test', DATABASE_URL: opened.url });
  store = new PresenceStore(opened.database, config);
  await opened.database.query(
    `INSERT INTO users (id, email, name, password_hash) VALUES ($1, 'ada@example.com', 'Ada', 'none')`,
    [userId],
  );
});
afterAll(() => opened?.drop());

/** As if the node had not renewed its lease for this long after it ended. */
const endedFor = (nodeId: string, seconds: number) =>
  opened.database.query(
    'UPDATE presence_nodes SET lease_until = now() - make_interval(secs => $2::float8) WHERE id = $1',
    [nodeId, seconds],
  );

const present = async (): Promise<readonly string[]> => (await store.read([channel], 10))[0]?.userIds ?? [];

describe('the users of a node that died', () => {
  it('leave with the lease of their node and the grace period', async () => {
    const nodeId = randomUUID();
    await store.register(nodeId);
    const entries = [channel, `user:${userId}`].map((name) => ({ channel: name, userId }));
    expect(await store.add(nodeId, entries, [userId])).toEqual([userId]);
    await endedFor(nodeId, config.presenceGraceSeconds - 2);
    expect(await present()).toEqual([userId]);
    expect(await store.sweep()).toEqual({ channels: [], offline: [] });
    await endedFor(nodeId, config.presenceGraceSeconds + 1);
    expect(await present()).toEqual([]);
    expect((await store.sweep()).offline).toEqual([userId]);
  });
});
