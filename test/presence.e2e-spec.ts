import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { channelName } from '../src/access/contracts/define-channel-kind.js';
import { OnlineUsers } from '../src/realtime/contracts/online-users.js';
import { signUp, type Api } from './support/api.js';
import { startTidings, type RunningTidings } from './support/app.js';
import { eventually } from './support/eventually.js';
import { TestSocket } from './support/socket.js';

const GRACE_SECONDS = 1.2;

let first: RunningTidings;
let second: RunningTidings;
let worker: RunningTidings;
let channel: string;
let serial = 0;
const changes: string[] = [];
const sockets: TestSocket[] = [];

beforeAll(async () => {
  const shared = {
    JWT_SECRET: 'a secret that all nodes have, long enough',
    SECRETS_KEY: Buffer.alloc(32, 7).toString('base64'),
    REDIS_PREFIX: `test-presence-${process.pid}`,
    PRESENCE_GRACE_SECONDS: String(GRACE_SECONDS),
  };
  first = await startTidings(shared);
  second = await startTidings({ ...shared, DATABASE_URL: first.databaseUrl });
  worker = await startTidings({ ...shared, DATABASE_URL: first.databaseUrl, ROLE: 'worker' });
  channel = channelName('workspace', first.workspaceId);
  for (const node of [first, second, worker]) {
    node.app
      .get(OnlineUsers)
      .onChange(({ type, userIds }) => changes.push(...userIds.map((userId) => `${type} ${userId}`)));
  }
});
afterAll(async () => {
  for (const node of [worker, second, first]) await node.stop();
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.cut();
});

async function admit(user: Api): Promise<void> {
  const path = `/v1/workspaces/${first.workspaceId}/members/${user.userId}`;
  expect((await first.api.put(path, { role: 'viewer', grant: [], deny: [] })).status).toBe(200);
}

async function member(): Promise<Api> {
  const user = await signUp(first.api, `member-${++serial}@example.com`);
  await admit(user);
  return user;
}

async function connect(node: RunningTidings, user: Api, token = user.token): Promise<TestSocket> {
  const socket = await TestSocket.connect(node.url, token);
  sockets.push(socket);
  return socket;
}

const isOnline = async (node: RunningTidings, { userId }: Api) =>
  (await node.app.get(OnlineUsers).online([userId])).has(userId);
const changesOf = ({ userId }: Api) =>
  changes.filter((change) => change.endsWith(userId)).map((change) => change.split(' ')[0]);

/** Somebody else comes and goes: whatever happened before that is known everywhere, and its grace is over. */
async function graceOver(): Promise<void> {
  const other = await member();
  const socket = await connect(second, other);
  await eventually('the other is online', () => isOnline(first, other));
  socket.cut();
  await eventually('the other is offline', async () => !(await isOnline(first, other)));
}

describe('a user', () => {
  it('is online on every node from the first connection to the grace after the last, and is called so once', async () => {
    const user = await member();
    expect(await isOnline(worker, user)).toBe(false);
    const tabs = [await connect(first, user), await connect(first, user), await connect(second, user)];
    await eventually('the user is online', () => isOnline(worker, user));
    expect(await worker.app.get(OnlineUsers).online([user.userId, 'b5a9b5a8-0000-7000-8000-000000000000'])).toEqual(
      new Set([user.userId]),
    );
    for (const tab of tabs) tab.cut();
    await eventually('the user is offline', async () => !(await isOnline(worker, user)));
    await eventually('it was said', () => changesOf(user).includes('user:offline'));
    expect(changesOf(user)).toEqual(['user:online', 'user:offline']);
  });

  it('stays online who is back within the grace, on another node too', async () => {
    const user = await member();
    let tab = await connect(first, user);
    await eventually('the user is online', () => isOnline(worker, user));
    for (const node of [first, second, first]) {
      tab.cut();
      tab = await connect(node, user);
      await tab.ask('ping');
    }
    await graceOver();
    expect(changesOf(user)).toEqual(['user:online']);
    expect(await isOnline(worker, user)).toBe(true);
  });

  it('is not online by way of an API key', async () => {
    const user = await member();
    const { body } = await user.post<{ key: string }>('/v1/api-keys', { name: 'a machine', scopes: ['members:read'] });
    const machine = await connect(first, user, body.key);
    expect((await machine.ask('subscribe', { channel })).type).toBe('subscribed');
    await graceOver();
    expect(await isOnline(worker, user)).toBe(false);
    expect(changesOf(user)).toEqual([]);
  });
});
