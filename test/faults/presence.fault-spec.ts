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
/** Until a sweep looks and what it found is read and written. */
const NOTICED_MS = 5_000;

let database: TestDatabase;
let watching: ServerProcess;
let dying: ServerProcess;
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
  watching = await ServerProcess.make(settings);
  dying = await ServerProcess.make(settings);
  await watching.start();
  await dying.start();
  const admin = await signInAsAdministrator(watching.url);
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
  await watching?.dispose();
  await dying?.dispose();
  await database?.drop();
});

async function follow(node: ServerProcess, user: Api): Promise<TestSocket> {
  const socket = await TestSocket.connect(node.url, user.token);
  const answer = await socket.ask('subscribe', { channel });
  if (answer.type !== 'subscribed') throw new Error(`The subscription was refused: ${JSON.stringify(answer.payload)}`);
  return socket;
}

const told = (socket: TestSocket, type: string) =>
  socket.ofType(type).map(({ payload }) => payload['userId'] as string);
const sortedIds = (some: readonly Api[]) => some.map(({ userId }) => userId).toSorted();

describe('the users of a node that is killed', () => {
  it('leave once its lease and the grace are over, and those who are back elsewhere never do', async () => {
    const watcher = await follow(watching, api);
    await watcher.ask('presence:get', { channel });
    for (const user of users) await follow(dying, user);
    await eventually('all have joined', () => told(watcher, 'presence:joined').length === USERS);
    await dying.kill();
    const killedAt = performance.now();
    const [returning, gone] = [users.slice(0, USERS / 2), users.slice(USERS / 2)];
    const back = await Promise.all(returning.map((user) => follow(watching, user)));
    expect(performance.now() - killedAt).toBeLessThan(GRACE_MS);
    const within = LEASE_MS + GRACE_MS + NOTICED_MS;
    await eventually('the others have left', () => told(watcher, 'presence:left').length >= gone.length, within);
    const tookMs = performance.now() - killedAt;
    console.log(`${gone.length} users of a killed node had left after ${Math.round(tookMs)} ms`);
    expect(tookMs).toBeGreaterThan(GRACE_MS);
    const { payload } = await watcher.ask('presence:get', { channel });
    expect(payload['count']).toBe(returning.length + 1);
    expect(told(watcher, 'presence:left').toSorted()).toEqual(sortedIds(gone));
    expect(told(watcher, 'presence:joined').toSorted()).toEqual(sortedIds(users));
    for (const socket of [watcher, ...back]) socket.cut();
  }, 60_000);

  it('are still there while it is only restarted, and it does not take them for new', async () => {
    await dying.start();
    const watcher = await follow(watching, api);
    const [user] = users;
    if (user === undefined) throw new Error('There is no user.');
    const before = await follow(dying, user);
    await eventually('the user is there', async () =>
      JSON.stringify((await watcher.ask('presence:get', { channel })).payload).includes(user.userId),
    );
    const since = watcher.frames.length;
    await dying.terminate();
    await before.waitForClose();
    const after = await follow(watching, user);
    // A whole grace and lease later the rows of the node that is gone have been cleared away.
    const cleared = performance.now() + GRACE_MS + LEASE_MS;
    await eventually('the old node is forgotten', () => performance.now() > cleared, GRACE_MS + LEASE_MS + 1_000);
    const later = watcher.frames.slice(since).filter(({ payload }) => payload['userId'] === user.userId);
    expect(later).toEqual([]);
    for (const socket of [watcher, after]) socket.cut();
  }, 60_000);
});
