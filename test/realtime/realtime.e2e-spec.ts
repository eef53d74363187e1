import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Drain } from '../../src/platform/http/server/drain.js';
import { ConnectionRegistry } from '../../src/realtime/connections/connection-registry.js';
import { signUp, type Api } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { LogWriter } from '../support/log-writer.js';
import { TestSocket, type Frame } from '../support/socket.js';

let tidings: RunningTidings;
let channel: string;
let writer: LogWriter;
const sockets: TestSocket[] = [];

beforeAll(async () => {
  tidings = await startTidings();
  channel = `webhooks:${tidings.workspaceId}`;
  writer = new LogWriter(tidings.app);
});
afterAll(() => tidings.stop());
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.cut();
});

function kept(socket: TestSocket): TestSocket {
  sockets.push(socket);
  return socket;
}

const connect = async (api: Api = tidings.api) => kept(await TestSocket.connect(tidings.url, api.token));
const codeOf = ({ payload }: Frame) => payload['code'];

describe('a frame', () => {
  it.each([
    ['not JSON', 'ping'],
    ['no object', '[]'],
    ['without a type', '{}'],
    ['binary', Buffer.from('{"type":"ping"}')],
  ])('that is %s is answered with frame.malformed', async (_, data) => {
    const socket = await connect();
    socket.sendRaw(data);
    const { payload } = await socket.waitFor(({ type }) => type === 'error');
    expect(payload).toMatchObject({ code: 'frame.malformed', temporary: false });
    expect((await socket.ask('ping')).type).toBe('pong');
  });

  it('is answered with its id, even if only the id is valid', async () => {
    const socket = await connect();
    socket.sendRaw('{"id":"a","type":7}');
    expect(codeOf(await socket.waitFor(({ id }) => id === 'a'))).toBe('frame.malformed');
  });

  it.each(['nonsense', 'presence:got', 'connected', 'constructor', '__proto__'])(
    'of the type %s is answered with frame.unknown-type',
    async (type) => {
      expect(codeOf(await (await connect()).ask(type))).toBe('frame.unknown-type');
    },
  );

  it.each<[string, unknown]>([
    ['subscribe', {}],
    ['subscribe', { channel: 7 }],
    ['subscribe', { channel: 'a:b', position: { epoch: 'e', offset: -1 } }],
    ['unsubscribe', null],
    ['workspace:join', {}],
    ['auth:refresh', { token: '' }],
  ])('%s with the payload %j is answered with frame.malformed', async (type, payload) => {
    expect(codeOf(await (await connect()).ask(type, payload))).toBe('frame.malformed');
  });

  it('may have at most 64 KiB', async () => {
    const socket = await connect();
    const frame = (bytes: number) => `{"type":"ping","id":"big","payload":"${'x'.repeat(bytes - 40)}"}`.padEnd(bytes);
    socket.sendRaw(frame(65_536));
    await socket.waitFor(({ id }) => id === 'big');
    socket.sendRaw(frame(65_537));
    expect((await socket.waitForClose()).code).toBe(1009);
  });

  it('is answered in order, however long the previous one takes', async () => {
    const socket = await connect();
    for (let i = 0; i < 30; i++) {
      if (i % 3 === 0) socket.send('workspace:join', { workspaceId: tidings.workspaceId }, i);
      else socket.send(i % 3 === 1 ? 'ping' : 'nonsense', {}, i);
    }
    await socket.waitFor(({ id }) => Number(id) === 29);
    expect(socket.frames.filter(({ id }) => id !== undefined).map(({ id }) => id)).toEqual(
      Array.from({ length: 30 }, (_, i) => i),
    );
  });

  it('is refused above the rate limit, and a client that continues is closed with 4400', async () => {
    const socket = await connect();
    for (let i = 0; i < 150; i++) socket.send('ping', {}, i);
    const refused = await socket.waitFor(({ type }) => type === 'error');
    expect(refused).toMatchObject({ id: expect.any(Number), payload: { code: 'frame.too-many', temporary: true } });
    for (let i = 0; i < 150; i++) socket.send('ping', {}, i);
    expect((await socket.waitForClose()).code).toBe(4400);
  });
});

describe('a subscription', () => {
  it('starts at the head and continues live', async () => {
    await writer.append(channel, 2);
    const socket = await connect();
    const { type, payload } = await socket.ask('subscribe', { channel });
    expect({ type, payload }).toEqual({
      type: 'subscribed',
      payload: { channel, epoch: expect.any(String), offset: expect.any(Number), recovered: false },
    });
    await writer.append(channel, 3, { title: 'ä\u{1F4E8}' });
    await eventually('three events', () => socket.events(channel).length === 3);
    const start = Number(payload['offset']);
    expect(socket.offsets(channel)).toEqual([start + 1, start + 2, start + 3]);
    expect(socket.events(channel)[0]).toEqual({
      type: 'test:happened',
      id: expect.any(String),
      channel,
      offset: start + 1,
      ts: expect.any(Number),
      actor: null,
      payload: { title: 'ä\u{1F4E8}' },
    });
  });

  it('that is requested twice continues, and answers with its position', async () => {
    const socket = await connect();
    const first = await socket.ask('subscribe', { channel });
    await writer.append(channel, 1);
    await eventually('the event', () => socket.events(channel).length === 1);
    const again = await socket.ask('subscribe', { channel });
    expect(again.payload).toEqual({ ...first.payload, offset: Number(first.payload['offset']) + 1, recovered: true });
    await writer.append(channel, 1);
    await eventually('the next event', () => socket.events(channel).length === 2);
  });

  it('ends with unsubscribe', async () => {
    const socket = await connect();
    await socket.ask('subscribe', { channel });
    expect(await socket.ask('unsubscribe', { channel })).toMatchObject({ type: 'unsubscribed', payload: { channel } });
    await writer.append(channel, 1);
    const other = await connect();
    await other.ask('workspace:join', { workspaceId: tidings.workspaceId });
    await writer.append(channel, 1);
    await eventually('the event elsewhere', () => other.events(channel).length === 1);
    expect(socket.events(channel)).toEqual([]);
  });

  it.each([
    'webhooks:00000000-0000-4000-8000-000000000000',
    'webhooks:',
    'webhooks',
    'nothing:1',
    'user:00000000-0000-4000-8000-000000000000',
    '__proto__:1',
  ])('to %s is refused as if there were no such channel', async (name) => {
    expect(codeOf(await (await connect()).ask('subscribe', { channel: name }))).toBe('channel.forbidden');
  });

  it('is refused to a user without the right, who then gets no events', async () => {
    const stranger = await signUp(tidings.api, 'stranger@example.com');
    const socket = await connect(stranger);
    expect(codeOf(await socket.ask('subscribe', { channel }))).toBe('channel.forbidden');
    expect(codeOf(await socket.ask('workspace:join', { workspaceId: tidings.workspaceId }))).toBe(
      'workspace.not-found',
    );
    const position = (await (await connect()).ask('subscribe', { channel })).payload;
    expect(codeOf(await socket.ask('subscribe', { channel, position: { ...position, offset: 0 } }))).toBe(
      'channel.forbidden',
    );
    await writer.append(channel, 5);
    await socket.ask('ping');
    expect(socket.frames.filter((frame) => JSON.stringify(frame).includes(tidings.workspaceId))).toEqual([]);
  });

  it('of a whole workspace takes one frame', async () => {
    const socket = await connect();
    const joined = await socket.ask('workspace:join', { workspaceId: tidings.workspaceId });
    expect(joined.type).toBe('workspace:joined');
    expect(joined.payload['channels']).toContain(channel);
    const subscribed = socket.ofType('subscribed').map(({ payload }) => payload['channel']);
    expect(subscribed.slice(1)).toEqual(joined.payload['channels']);
    expect(await socket.ask('workspace:leave', { workspaceId: tidings.workspaceId })).toMatchObject({
      type: 'workspace:left',
      payload: { channels: joined.payload['channels'] },
    });
  });
});

describe('changed rights', () => {
  it('end a subscription at once and are sent to every client', async () => {
    const member = await signUp(tidings.api, 'member@example.com');
    const path = `/v1/workspaces/${tidings.workspaceId}/members/${member.userId}`;
    const socket = await connect(member);
    expect((await tidings.api.put(path, { role: 'viewer' })).status).toBeLessThan(300);
    const granted = await socket.waitFor(({ type }) => type === 'permissions:updated');
    expect(granted.payload['workspaces']).toEqual([
      { id: tidings.workspaceId, role: 'viewer', permissions: expect.arrayContaining(['webhooks:read']) },
    ]);
    await socket.ask('subscribe', { channel });
    expect((await tidings.api.delete(path)).status).toBeLessThan(300);
    const revoked = await socket.waitFor(({ type }) => type === 'subscription:revoked');
    expect(revoked.payload).toEqual({ channel, reason: 'permission' });
    await writer.append(channel, 3);
    await socket.ask('ping');
    expect(socket.events(channel)).toEqual([]);
    expect(socket.ofType('permissions:updated').at(-1)?.payload).toEqual({ workspaces: [] });
  });

  it('close the sockets of a disabled user', async () => {
    const user = await signUp(tidings.api, 'leaver@example.com');
    const tabs = [await connect(user), await connect(user)];
    await tidings.api.patch(`/v1/users/${user.userId}`, { disabled: true });
    for (const tab of tabs) expect(await tab.waitForClose()).toEqual({ code: 4003, reason: 'forbidden' });
  });
});

describe('a socket', () => {
  it('whose client does not read is closed with 4500', async () => {
    const [slow, quick] = [await connect(), await connect()];
    for (const socket of [slow, quick]) await socket.ask('subscribe', { channel });
    const session = [...tidings.app.get(ConnectionRegistry).of(tidings.api.userId)][0];
    slow.socket.pause();
    for (let i = 0; i < 20; i++) await writer.append(channel, 100, 'x'.repeat(8_000));
    await eventually('the quick one has it all', () => quick.events(channel).length === 2_000);
    await eventually('the slow one is cut', () => session?.isOpen === false, 15_000);
    expect(session?.bufferedBytes).toBeLessThan(1024 * 1024);
    slow.socket.resume();
    expect(await slow.waitForClose()).toEqual({ code: 4500, reason: 'slow consumer' });
    expect(quick.closed).toBeUndefined();
  });
});

describe('a draining server', () => {
  it('accepts clients until proxies notice, then refuses them, sends reconnect times and closes with 1012', async () => {
    const leaving = await startTidings();
    const clients = await Promise.all(
      Array.from({ length: 20 }, () => TestSocket.connect(leaving.url, leaving.api.token)),
    );
    leaving.app.get(Drain).begin();
    clients.push(await TestSocket.connect(leaving.url, leaving.api.token));
    const stopped = leaving.stop();
    await clients[0]?.waitFor(({ type }) => type === 'server:draining');
    await expect(TestSocket.open(leaving.url)).rejects.toThrow(/HTTP 503|ECONNREFUSED/);
    await stopped;
    for (const client of clients) {
      expect(await client.waitForClose()).toEqual({ code: 1012, reason: 'restart' });
      // A client that has just connected may learn of its first subscription after it.
      const draining = client.ofType('server:draining');
      expect(draining).toHaveLength(1);
      const wait = Number(draining[0]?.payload['reconnectInMs']);
      expect(wait).toBeGreaterThanOrEqual(0);
      expect(wait).toBeLessThanOrEqual(501);
    }
  });
});
