import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { channelName } from '../../src/access/public/define-channel-kind.js';
import { OnlineUsers } from '../../src/realtime/public/online-users.js';
import { Bus } from '../../src/platform/bus/bus.js';
import { Metrics } from '../../src/platform/metrics/metrics.js';
import { newId } from '../../src/platform/ids.js';
import { PRESENCE_TOPIC } from '../../src/realtime/presence/has-presence.js';
import { PresenceStore } from '../../src/realtime/presence/presence.store.js';
import { signUp, type Api } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { TestSocket, type Frame } from '../support/socket.js';

const GRACE_SECONDS = 1.2;

let first: RunningTidings;
let second: RunningTidings;
let worker: RunningTidings;
let workspaceId: string;
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
  for (const node of [first, second, worker]) {
    node.app
      .get(OnlineUsers)
      .onChange(({ type, userIds }) => changes.push(...userIds.map((userId) => `${type} ${userId}`)));
  }
});
afterAll(async () => {
  for (const node of [worker, second, first]) await node.stop();
});
beforeEach(async () => {
  const { body } = await first.api.post<{ id: string }>('/v1/workspaces', { name: 'of one test' });
  workspaceId = body.id;
  channel = channelName('workspace', workspaceId);
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.cut();
});

async function admit(user: Api): Promise<void> {
  const path = `/v1/workspaces/${workspaceId}/members/${user.userId}`;
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

async function follow(node: RunningTidings, user: Api, token = user.token): Promise<TestSocket> {
  const socket = await connect(node, user, token);
  expect((await socket.ask('subscribe', { channel })).type).toBe('subscribed');
  return socket;
}

/** @returns the users that `presence:get` answers with */
async function present(socket: TestSocket): Promise<unknown[]> {
  const { payload } = await socket.ask('presence:get', { channel });
  expect(payload).toMatchObject({ channel, announced: true });
  const users = z.array(z.object({ userId: z.string() })).parse(payload['users']);
  expect(payload['count']).toBe(users.length);
  return users.map(({ userId }) => userId);
}

const passages = (socket: TestSocket, { userId }: Pick<Api, 'userId'>) =>
  socket.frames
    .filter(({ type, payload }) => type.startsWith('presence:') && payload['userId'] === userId)
    .map(({ type, payload }) => {
      expect(payload).toEqual({ channel, userId });
      return type;
    });
const seen = (socket: TestSocket, type: string, user: Pick<Api, 'userId'>) =>
  eventually(`${type} is seen`, () => passages(socket, user).includes(type));
const codeOf = ({ payload }: Frame) => payload['code'];

const isOnline = async (node: RunningTidings, { userId }: Api) =>
  (await node.app.get(OnlineUsers).online([userId])).has(userId);
const changesOf = ({ userId }: Api) =>
  changes.filter((change) => change.endsWith(userId)).map((change) => change.split(' ')[0]);

/** Another user joins and leaves; after that every node knows all earlier changes, and their grace is over. */
async function graceOver(): Promise<void> {
  const other = await member();
  const socket = await connect(second, other);
  await eventually('the other is online', () => isOnline(first, other));
  socket.cut();
  await eventually('the other is offline', async () => !(await isOnline(first, other)));
}

describe('a user', () => {
  it('is online on every node from the first connection until the grace after the last, and is announced once', async () => {
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

  it('stays online when reconnecting within the grace, on another node too', async () => {
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

  it('is not online through an API key', async () => {
    const user = await member();
    const { body } = await user.post<{ key: string }>('/v1/api-keys', { name: 'a machine', scopes: ['members:read'] });
    const machine = await connect(first, user, body.key);
    expect((await machine.ask('subscribe', { channel })).type).toBe('subscribed');
    await graceOver();
    expect(await isOnline(worker, user)).toBe(false);
    expect(changesOf(user)).toEqual([]);
  });
});

describe('a user present in a channel', () => {
  it('is counted once over all tabs and nodes, including the caller', async () => {
    const [ada, bob] = [await member(), await member()];
    const here = await follow(first, ada);
    for (const node of [first, second, second]) await follow(node, bob);
    const there = await follow(second, ada);
    await seen(here, 'presence:joined', bob);
    for (const socket of [here, there]) {
      const users = await present(socket);
      expect(users.filter((userId) => userId === ada.userId || userId === bob.userId).toSorted()).toEqual(
        [ada.userId, bob.userId].toSorted(),
      );
    }
    await graceOver();
    expect(passages(here, bob)).toEqual(['presence:joined']);
    for (const socket of [here, there]) expect(passages(socket, ada)).toEqual([]);
  });

  it('leaves on every node at once after unsubscribing, after the grace when disconnected, and never when reloading', async () => {
    const [ada, bob, eve, fay] = [await member(), await member(), await member(), await member()];
    const watchers = [await follow(first, ada), await follow(second, ada)];
    const leaver = await follow(second, bob);
    const [gone, reloading] = [await follow(first, eve), await follow(first, fay)];
    for (const watcher of watchers) for (const user of [bob, eve, fay]) await seen(watcher, 'presence:joined', user);
    reloading.cut();
    await follow(second, fay);
    gone.cut();
    await leaver.ask('unsubscribe', { channel });
    for (const watcher of watchers) {
      await seen(watcher, 'presence:left', bob);
      await seen(watcher, 'presence:left', eve);
      expect(await present(watcher)).toEqual([ada.userId, fay.userId].toSorted());
    }
    await graceOver();
    for (const watcher of watchers) {
      expect(passages(watcher, bob)).toEqual(['presence:joined', 'presence:left']);
      expect(passages(watcher, eve)).toEqual(['presence:joined', 'presence:left']);
      expect(passages(watcher, fay)).toEqual(['presence:joined']);
    }
  });

  it('is invisible without a subscription, and in channels of a kind without presence', async () => {
    const stranger = await connect(first, await signUp(first.api, 'stranger@example.com'));
    const user = await member();
    const socket = await connect(first, user);
    for (const asking of [stranger, socket]) {
      expect(codeOf(await asking.ask('presence:get', { channel }))).toBe('channel.forbidden');
    }
    expect(codeOf(await socket.ask('presence:get', { channel: `user:${user.userId}` }))).toBe('presence.unsupported');
    expect(codeOf(await socket.ask('presence:get', {}))).toBe('frame.malformed');
  });

  it('leaves when the right is revoked, and sees no one any more', async () => {
    const [ada, bob] = [await member(), await member()];
    const watcher = await follow(first, ada);
    const revoked = await follow(second, bob);
    await seen(watcher, 'presence:joined', bob);
    await present(revoked);
    const before = revoked.frames.length;
    expect((await first.api.delete(`/v1/workspaces/${workspaceId}/members/${bob.userId}`)).status).toBe(204);
    expect(codeOf(await revoked.ask('presence:get', { channel }))).toBe('channel.forbidden');
    await seen(watcher, 'presence:left', bob);
    const newcomer = await member();
    await follow(second, newcomer);
    await seen(watcher, 'presence:joined', newcomer);
    await revoked.ask('ping');
    expect(revoked.frames.slice(before).filter(({ type }) => type.startsWith('presence'))).toEqual([]);
  });

  it('is a person: a client with an API key sees the others and is not seen', async () => {
    const [ada, bob] = [await member(), await member()];
    const watcher = await follow(first, ada);
    const { body } = await bob.post<{ key: string }>('/v1/api-keys', { name: 'a machine', scopes: ['members:read'] });
    const machine = await follow(second, bob, body.key);
    expect(await present(machine)).toEqual([ada.userId]);
    expect(await present(watcher)).toEqual([ada.userId]);
  });

  it('is only counted beyond the first hundred in a large channel, which announces no joins and leaves', async () => {
    const ada = await member();
    const watcher = await follow(first, ada);
    expect(await present(watcher)).toEqual([ada.userId]);
    const [register, node] = [first.app.get(PresenceStore), newId()];
    await register.register(node);
    const crowd = Array.from({ length: 200 }, () => ({ channel, userId: newId() }));
    await register.add(node, crowd, []);
    first.app.get(Bus).publish(PRESENCE_TOPIC, channel);
    const told = await watcher.waitFor(({ type, id }) => type === 'presence' && id === undefined);
    expect(told.payload).toMatchObject({ channel, count: 201, announced: false });
    expect(told.payload['users']).toHaveLength(100);
    expect((await watcher.ask('presence:get', { channel })).payload).toEqual(told.payload);
    await register.endLease(node);
    const again = await eventually('the crowd is gone', () => watcher.ofType('presence').find(isLater(told)), 10_000);
    expect(again.payload).toEqual({ channel, count: 1, users: [{ userId: ada.userId }], announced: true });
    expect(watcher.frames.filter(({ type }) => type.startsWith('presence:'))).toEqual([]);
  });
});

/** The figures of presence on a node, by name and label. */
async function figures({ app }: RunningTidings): Promise<Record<string, number>> {
  const lines = (await app.get(Metrics).text()).split('\n');
  const ours = lines.filter((line) => /^tidings_(?:users_online|presence_)/.test(line));
  return Object.fromEntries(ours.map((line) => [line.split(' ')[0] ?? '', Number(line.split(' ')[1])]));
}

describe('the metrics of presence', () => {
  it('count users and entries once over all tabs, include those in their grace, and separate large channels', async () => {
    const none = { users: 0, seats: 0, announced: 0, crowds: 0, unwritten: 0 };
    const shown = async () => {
      const found = await figures(second);
      return {
        users: found['tidings_users_online'],
        seats: found['tidings_presence_seats'],
        announced: found['tidings_presence_channels{kind="announced"}'],
        crowds: found['tidings_presence_channels{kind="crowd"}'],
        unwritten: found['tidings_presence_unwritten'],
      };
    };
    const are = (wanted: object) =>
      eventually(`the figures are ${JSON.stringify(wanted)}`, async () => {
        return JSON.stringify(await shown()) === JSON.stringify({ ...none, ...wanted });
      });
    await are({});
    const [ada, bob] = [await member(), await member()];
    const tabs = [await follow(second, ada), await follow(second, ada), await connect(second, bob)];
    await are({ users: 2, seats: 3, announced: 1 });
    const [register, node] = [second.app.get(PresenceStore), newId()];
    await register.register(node);
    await register.add(
      node,
      Array.from({ length: 200 }, () => ({ channel, userId: newId() })),
      [],
    );
    second.app.get(Bus).publish(PRESENCE_TOPIC, channel);
    await are({ users: 2, seats: 3, crowds: 1 });
    for (const tab of tabs) tab.cut();
    await are({ users: 2, seats: 3 });
    await are({});
  });
});

const isLater =
  (than: Frame) =>
  ({ id, payload }: Frame) =>
    id === undefined && payload['announced'] === true && than.payload['announced'] === false;
