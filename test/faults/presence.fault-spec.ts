import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { signUp, type Api } from '../support/api.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { ServerProcess, signInAsAdministrator } from '../support/server-process.js';
import { TestSocket } from '../support/socket.js';

const USERS = Number(process.env['PRESENCE_USERS'] ?? 40);
const GRACE_MS = 3_000;
const LEASE_MS = 5_000;
/** Until a sweep runs and its result is published. */
const SWEEP_MS = 5_000;

let database: TestDatabase;
let watched: ServerProcess;
let killed: ServerProcess;
let api: Api;
let channel: string;
const users: Api[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  const settings = {
    DATABASE_URL: database.url,
    DATABASE_POOL: '6',
    JWT_SECRET: randomBytes(32).toString('hex'),
    SECRETS_KEY: randomBytes(32).toString('base64'),
    PRESENCE_GRACE_SECONDS: String(GRACE_MS / 1_000),
    REDIS_PREFIX: `faults-presence-${process.pid}`,
  };
  watched = await ServerProcess.make(settings);
  killed = await ServerProcess.make(settings);
  await watched.start();
  await killed.start();
  const admin = await signInAsAdministrator(watched.url);
  ({ api } = admin);
  channel = `workspace:${admin.workspaceId}`;
  for (let i = 0; i < USERS; i++) {
    const user = await signUp(api, `user-${i}@example.com`);
    await api.put(`/v1/workspaces/${admin.workspaceId}/members/${user.userId}`, {
      role: 'viewer',
      grant: [],
      deny: [],
    });
    users.push(user);
  }
}, 180_000);
afterAll(async () => {
  await watched?.dispose();
  await killed?.dispose();
  await database?.drop();
});

async function follow(node: ServerProcess, user: Api): Promise<TestSocket> {
  const socket = await TestSocket.connect(node.url, user.token);
  const answer = await socket.ask('subscribe', { channel });
  if (answer.type !== 'subscribed') throw new Error(`The subscription was refused: ${JSON.stringify(answer.payload)}`);
  return socket;
}

const usersOf = (socket: TestSocket, type: string) =>
  socket.ofType(type).map(({ payload }) => payload['userId'] as string);
const sortedIds = (some: readonly Api[]) => some.map(({ userId }) => userId).toSorted();

describe('the users of a killed node', () => {
  it('leave once its lease and the grace period are over, except for those who reconnected elsewhere', async () => {
    const watcher = await follow(watched, api);
    await watcher.ask('presence:get', { channel });
    for (const user of users) await follow(killed, user);
    await eventually('all users have joined', () => usersOf(watcher, 'presence:joined').length === USERS);
    await killed.kill();
    const killedAt = performance.now();
    const [reconnecting, gone] = [users.slice(0, USERS / 2), users.slice(USERS / 2)];
    const back = await Promise.all(reconnecting.map((user) => follow(watched, user)));
    expect(performance.now() - killedAt).toBeLessThan(GRACE_MS);
    const within = LEASE_MS + GRACE_MS + SWEEP_MS;
    await eventually(
      'the other users have left',
      () => usersOf(watcher, 'presence:left').length >= gone.length,
      within,
    );
    const tookMs = performance.now() - killedAt;
    console.log(`${gone.length} users of a killed node had left after ${Math.round(tookMs)} ms`);
    expect(tookMs).toBeGreaterThan(GRACE_MS);
    const { payload } = await watcher.ask('presence:get', { channel });
    expect(payload['count']).toBe(reconnecting.length + 1);
    expect(usersOf(watcher, 'presence:left').toSorted()).toEqual(sortedIds(gone));
    expect(usersOf(watcher, 'presence:joined').toSorted()).toEqual(sortedIds(users));
    for (const socket of [watcher, ...back]) socket.cut();
  }, 60_000);

  it('neither leave nor join when their node only restarts', async () => {
    await killed.start();
    const watcher = await follow(watched, api);
    const [user] = users;
    if (user === undefined) throw new Error('There is no user.');
    const before = await follow(killed, user);
    await eventually('the user is present', async () =>
      JSON.stringify((await watcher.ask('presence:get', { channel })).payload).includes(user.userId),
    );
    const since = watcher.frames.length;
    await killed.terminate();
    await before.waitForClose();
    const after = await follow(watched, user);
    // After the grace period and the lease, the rows of the old node have been deleted.
    const cleared = performance.now() + GRACE_MS + LEASE_MS;
    await eventually(
      'the rows of the old node have expired',
      () => performance.now() > cleared,
      GRACE_MS + LEASE_MS + 1_000,
    );
    const later = watcher.frames.slice(since).filter(({ payload }) => payload['userId'] === user.userId);
    expect(later).toEqual([]);
    for (const socket of [watcher, after]) socket.cut();
  }, 60_000);
});
