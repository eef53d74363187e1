import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { type Api, signUp } from '../../support/api.js';
import { type RunningTidings, startTidings } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';
import { TestSocket } from '../../support/socket.js';
import { Writer } from '../../support/writer.js';

let one: RunningTidings;
let two: RunningTidings;
let anna: Api;
let ben: Api;
const open: { leave(): void }[] = [];

beforeAll(async () => {
  one = await startTidings({ PRESENCE_GRACE_SECONDS: '0' });
  two = await startTidings({
    DATABASE_URL: one.databaseUrl,
    JWT_SECRET: one.config.jwtSecret,
    REDIS_PREFIX: one.config.redisPrefix,
    PRESENCE_GRACE_SECONDS: '0',
    ROLE: 'gateway',
  });
  [anna, ben] = await Promise.all([member('anna@example.com'), member('ben@example.com')]);
});
afterAll(async () => {
  for (const each of open) each.leave();
  await two?.stop();
  await one?.stop();
});

async function member(email: string, deny: string[] = []): Promise<Api> {
  const user = await signUp(one.api, email);
  await give(user, deny);
  return user;
}

const give = (user: Api, deny: string[]) =>
  one.api.put(`/v1/workspaces/${one.workspaceId}/members/${user.userId}`, { role: 'member', grant: [], deny });

const create = async (title: string): Promise<string> =>
  (await one.api.post<{ id: string }>(`/v1/workspaces/${one.workspaceId}/documents`, { title })).body.id;

async function join(id: string, user: Api, url = one.url): Promise<Writer> {
  const writer = new Writer(() => url, id, user.token);
  open.push(writer);
  await eventually('it is open', () => writer.isSynced);
  return writer;
}

async function follow(user: Api, channel: string, url = one.url): Promise<TestSocket> {
  const socket = await TestSocket.connect(url, user.token);
  open.push({ leave: () => socket.cut() });
  expect(await socket.ask('subscribe', { channel })).toMatchObject({ type: 'subscribed', payload: { channel } });
  return socket;
}

// Concurrent, because each test waits for editing sessions of its own document to expire.
describe('users in shared documents', () => {
  it.concurrent('join and leave once in the channel of the workspace, over all tabs and nodes', async () => {
    const id = await create('Board');
    const follower = await follow(one.api, `documents:${one.workspaceId}`);
    const seen = () =>
      follower.frames
        .filter(({ type, payload }) => /^document:(?:joined|left)$/.test(type) && (payload as { id: string }).id === id)
        .map(({ type, payload }) => [type, (payload as { userId: string }).userId]);
    const [here, there, ...both] = await Promise.all([
      join(id, anna),
      join(id, anna, two.url),
      join(id, ben),
      join(id, ben, two.url),
    ]);
    await eventually('both have joined', () => seen().length === 2);
    for (const writer of [here, ...both]) writer.leave();
    await eventually('Ben has left', () => seen().length === 3);
    expect(there.isSynced).toBe(true);
    expect(new Set(seen())).toEqual(
      new Set([
        ['document:joined', anna.userId],
        ['document:joined', ben.userId],
        ['document:left', ben.userId],
      ]),
    );
  });

  it.concurrent('see who else follows a document on its channel, if they have permission to read documents', async () => {
    const channel = `document:${await create('Watched')}`;
    const guest = await member('follower@example.com');
    const viewer = await follow(one.api, channel);
    const other = await follow(guest, channel, two.url);
    await viewer.waitFor(
      ({ type, payload }) => type === 'presence:joined' && payload['userId'] === guest.userId,
      'the guest is seen',
    );
    const stranger = await TestSocket.connect(one.url, (await signUp(one.api, 'stranger@example.com')).token);
    open.push({ leave: () => stranger.cut() });
    for (const name of [channel, `document:${randomUUID()}`]) {
      expect(await stranger.ask('subscribe', { channel: name })).toMatchObject({
        type: 'error',
        payload: { code: 'channel.forbidden' },
      });
    }
    await give(guest, ['documents:read']);
    await other.waitFor(
      ({ type, payload }) => type === 'subscription:revoked' && payload['channel'] === channel,
      'the subscription ends',
    );
  });

  it.concurrent('leave a document when they lose the permission to read it', async () => {
    const id = await create('Closed');
    const follower = await follow(one.api, `documents:${one.workspaceId}`);
    const guest = await member('guest@example.com');
    await join(id, guest, two.url);
    const isAbout = (type: string) => (frame: { type: string; payload?: unknown }) =>
      frame.type === type && JSON.stringify(frame.payload) === JSON.stringify({ id, userId: guest.userId });
    await follower.waitFor(isAbout('document:joined'), 'the guest has joined');
    await one.api.delete(`/v1/workspaces/${one.workspaceId}/members/${guest.userId}`);
    await eventually('the guest has left', () => follower.frames.some(isAbout('document:left')));
  });
});
