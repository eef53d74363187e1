import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { channelName } from '../../src/access/public/define-channel-kind.js';
import { defineRelay } from '../../src/realtime/public/define-relay.js';
import { signUp, type Api } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { TestSocket, type Frame } from '../support/socket.js';

defineRelay({
  type: 'test:waving',
  payload: z.object({ workspaceId: z.string(), at: z.string() }),
  channelOf: ({ workspaceId }) => channelName('workspace', workspaceId),
});

let first: RunningTidings;
let second: RunningTidings;
let channel: string;
let ada: Api;
let bob: Api;
const sockets: TestSocket[] = [];

beforeAll(async () => {
  const shared = {
    JWT_SECRET: 'a secret that both nodes have, long enough',
    SECRETS_KEY: Buffer.alloc(32, 7).toString('base64'),
    REDIS_PREFIX: `test-relay-${process.pid}`,
  };
  first = await startTidings(shared);
  second = await startTidings({ ...shared, DATABASE_URL: first.databaseUrl });
  channel = channelName('workspace', first.workspaceId);
  ada = await signUp(first.api, 'ada@example.com');
  bob = await signUp(first.api, 'bob@example.com');
  for (const user of [ada, bob]) await addMember(user);
});
afterAll(async () => {
  await second.stop();
  await first.stop();
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.cut();
});

async function addMember(user: Api): Promise<void> {
  const path = `/v1/workspaces/${first.workspaceId}/members/${user.userId}`;
  expect((await first.api.put(path, { role: 'viewer', grant: [], deny: [] })).status).toBe(200);
}

async function follow(node: RunningTidings, user: Api): Promise<TestSocket> {
  const socket = await TestSocket.connect(node.url, user.token);
  sockets.push(socket);
  expect((await socket.ask('subscribe', { channel })).type).toBe('subscribed');
  return socket;
}

const wave = (at: string) => ({ workspaceId: first.workspaceId, at });
const waves = (socket: TestSocket) => socket.ofType('test:waving').map(({ payload }) => payload['at']);
const waitForWave = (socket: TestSocket, at: string) =>
  socket.waitFor(({ type, payload }) => type === 'test:waving' && payload['at'] === at, `the wave at ${at} arrives`);
const codeOf = ({ payload }: Frame) => payload['code'];

describe('a relay', () => {
  it('reaches the other subscribers of the channel, on every node, with its sender', async () => {
    const [sender, here, there] = [await follow(first, ada), await follow(first, bob), await follow(second, bob)];
    const answer = await sender.ask('test:waving', {
      ...wave('all'),
      userId: bob.userId,
      more: 'an unknown field',
    });
    expect(answer).toMatchObject({ type: 'relayed', payload: { channel } });
    for (const socket of [here, there]) {
      const frame = await waitForWave(socket, 'all');
      expect(frame.payload).toEqual({ ...wave('all'), userId: ada.userId });
      expect(Math.abs(frame.ts - Date.now())).toBeLessThan(5_000);
      expect([frame.offset, frame.id]).toEqual([undefined, undefined]);
    }
  });

  it('reaches no client of its sender, and no client without a subscription', async () => {
    const [sender, ownTab, ownElsewhere] = [
      await follow(first, ada),
      await follow(first, ada),
      await follow(second, ada),
    ];
    const other = await follow(second, bob);
    const left = await follow(second, bob);
    await left.ask('unsubscribe', { channel });
    sender.send('test:waving', wave('others'));
    await waitForWave(other, 'others');
    for (const socket of [sender, ownTab, ownElsewhere, left]) {
      await socket.ask('ping');
      expect(waves(socket)).toEqual([]);
    }
    // A frame without an id gets no answer.
    expect(sender.ofType('relayed')).toEqual([]);
  });

  it('is not logged and moves no position', async () => {
    const [sender, other] = [await follow(first, ada), await follow(first, bob)];
    const before = (await other.ask('subscribe', { channel })).payload['offset'];
    await sender.ask('test:waving', wave('later'));
    await waitForWave(other, 'later');
    expect((await other.ask('subscribe', { channel })).payload['offset']).toBe(before);
    const late = await TestSocket.connect(first.url, bob.token);
    sockets.push(late);
    const position = { ...(await late.ask('subscribe', { channel })).payload, offset: 0 };
    await late.ask('unsubscribe', { channel });
    await late.ask('subscribe', { channel, position });
    await late.ask('ping');
    expect(waves(late)).toEqual([]);
  });

  it('reaches the subscribers from a sender without a subscription, and no connection of the sender', async () => {
    const [other, ownTab] = [await follow(second, bob), await follow(second, ada)];
    const sender = await TestSocket.connect(first.url, ada.token);
    sockets.push(sender);
    expect((await sender.ask('test:waving', wave('from afar'))).type).toBe('relayed');
    await waitForWave(other, 'from afar');
    for (const socket of [sender, ownTab]) {
      await socket.ask('ping');
      expect(waves(socket)).toEqual([]);
    }
  });

  it('is refused without the right to read the channel, and with an invalid payload', async () => {
    const stranger = await signUp(first.api, 'stranger@example.com');
    const outside = await TestSocket.connect(first.url, stranger.token);
    const socket = await TestSocket.connect(first.url, ada.token);
    sockets.push(outside, socket);
    expect(codeOf(await outside.ask('test:waving', wave('a stranger')))).toBe('channel.forbidden');
    const elsewhere = { ...wave('elsewhere'), workspaceId: 'nowhere' };
    expect(codeOf(await socket.ask('test:waving', elsewhere))).toBe('channel.forbidden');
    expect(codeOf(await socket.ask('test:waving', { at: 'nowhere' }))).toBe('frame.malformed');
    expect(codeOf(await socket.ask('test:waving', wave('x'.repeat(5_000))))).toBe('frame.malformed');
    expect(codeOf(await socket.ask('test:shouting', wave('x')))).toBe('frame.unknown-type');
  });

  it('is neither accepted from nor sent to a user whose right was revoked', async () => {
    const [revoked, other, bystander] = [
      await follow(second, bob),
      await follow(first, ada),
      await follow(second, ada),
    ];
    const path = `/v1/workspaces/${first.workspaceId}/members/${bob.userId}`;
    expect((await first.api.delete(path)).status).toBeLessThan(300);
    expect(codeOf(await revoked.ask('test:waving', wave('from the outside')))).toBe('channel.forbidden');
    const admin = await follow(first, first.api);
    await admin.ask('test:waving', wave('members'));
    await waitForWave(bystander, 'members');
    await waitForWave(other, 'members');
    await revoked.ask('ping');
    expect(waves(revoked)).toEqual([]);
    expect(waves(other)).toEqual(['members']);
    await addMember(bob);
  });

  it('is limited to a burst of 20: more are answered with frame.too-many, and the connection stays open', async () => {
    const [sender, other] = [await follow(first, ada), await follow(second, bob)];
    const answers = await Promise.all(Array.from({ length: 30 }, (_, i) => sender.ask('test:waving', wave(String(i)))));
    const relayed = answers.filter(({ type }) => type === 'relayed').length;
    expect(relayed).toBeGreaterThanOrEqual(20);
    expect(relayed).toBeLessThan(30);
    const refusals = answers.filter(({ type }) => type === 'error');
    expect(refusals.map(({ payload }) => payload)).toEqual(
      refusals.map(() => expect.objectContaining({ code: 'frame.too-many', temporary: true })),
    );
    await waitForWave(other, String(relayed - 1));
    expect(waves(other)).toHaveLength(relayed);
    expect((await sender.ask('ping')).type).toBe('pong');
  });
});

it('declaring a relay twice, or with an invalid name, fails', () => {
  const relay = { payload: z.object({}), channelOf: () => 'workspace:1' };
  expect(() => defineRelay({ ...relay, type: 'test:waving' })).toThrow('twice');
  expect(() => defineRelay({ ...relay, type: 'waving' })).toThrow('noun:verb');
});
