import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { checkConnection } from '../../src/realtime/connections/connection-reaper.js';
import type { Connection } from '../../src/realtime/connections/connection.js';
import { ConnectionRegistry } from '../../src/realtime/connections/connection-registry.js';
import { Api, signUp } from '../support/api.js';
import { ADMIN, startTidings, type RunningTidings } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { headOf, upTo } from '../support/offsets.js';
import { LogWriter } from '../support/log-writer.js';
import { TestSocket } from '../support/socket.js';
import { TestStream, type StreamOptions } from '../support/stream.js';

const NOBODYS = '00000000-0000-4000-8000-000000000000';

let tidings: RunningTidings;
let shortLived: RunningTidings;
let channel: string;
let members: string;
let writer: LogWriter;
const open: Array<{ cut(): void }> = [];

beforeAll(async () => {
  [tidings, shortLived] = await Promise.all([startTidings(), startTidings({ ACCESS_TOKEN_SECONDS: '2' })]);
  channel = `webhooks:${tidings.workspaceId}`;
  members = `/v1/workspaces/${tidings.workspaceId}/members`;
  writer = new LogWriter(tidings.app);
});
afterAll(() => Promise.all([tidings.stop(), shortLived.stop()]));
afterEach(() => {
  for (const one of open.splice(0)) one.cut();
});

const kept = <One extends { cut(): void }>(one: One): One => {
  open.push(one);
  return one;
};

async function follow(channels: readonly string[] = [channel], options: StreamOptions = {}): Promise<TestStream> {
  return kept(await TestStream.follow(tidings.url, channels, { token: tidings.api.token, ...options }));
}

/** @returns why the stream was refused */
const refusal = (channels: readonly string[], options: StreamOptions): Promise<string> =>
  TestStream.open(tidings.url, channels, options).then(
    (stream) => kept(stream) && 'let in',
    (error: Error) => error.message,
  );

function newestSession(): Connection {
  const session = [...tidings.app.get(ConnectionRegistry).of(tidings.api.userId)].at(-1);
  if (session === undefined) throw new Error('There is no open stream.');
  return session;
}

async function newMember(name: string, role = 'viewer'): Promise<Api> {
  const member = await signUp(tidings.api, `${name}@example.com`);
  await tidings.api.put(`${members}/${member.userId}`, { role });
  return member;
}

const head = () => headOf(tidings.api, tidings.workspaceId, channel);

describe('a stream', () => {
  it('starts with the user and the positions of its channels, and continues with the frames of a socket', async () => {
    const stream = await follow();
    const socket = kept(await TestSocket.connect(tidings.url, tidings.api.token));
    await socket.ask('subscribe', { channel });
    await writer.append(channel, 3, { title: 'a "quoted" ä\u2028\n\r\nid: 7\n\ndata: {}' });
    await eventually('the events', () => stream.events(channel).length === 3 && socket.events(channel).length === 3);
    expect(stream.events(channel)).toEqual(socket.events(channel));
    expect(stream.frames[0]).toEqual({
      type: 'connected',
      ts: expect.any(Number),
      payload: { userId: tidings.api.userId, sessionId: expect.any(String), heartbeatMs: 25_000 },
    });
    expect(stream.subscribed(channel)).toMatchObject({ recovered: false, epoch: expect.any(String) });
    expect(stream.subscribed(`user:${tidings.api.userId}`)).toMatchObject({ recovered: false });
  });

  it("delivers the user's own channel, also when no channel was requested", async () => {
    const stream = await follow([]);
    const own = `user:${tidings.api.userId}`;
    await writer.append(own, 1);
    await eventually('the event', () => stream.events(own).length === 1);
  });

  it('forbids caching and transformation, and sends a retry time', async () => {
    const { headers, ...stream } = await follow([channel], { headers: { origin: tidings.url } }).then((it) => ({
      headers: it.headers,
      retryMs: it.retryMs,
    }));
    expect(headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      'access-control-allow-origin': tidings.url,
    });
    expect(headers['content-encoding']).toBeUndefined();
    expect(stream.retryMs).toBeGreaterThanOrEqual(1_000);
    expect(stream.retryMs).toBeLessThanOrEqual(3_000);
  });

  it('sends comments as heartbeats', async () => {
    const stream = await follow();
    for (let seconds = 0; seconds <= 100; seconds++) {
      checkConnection(newestSession(), Date.now() + seconds * 1_000);
      await nextTurn();
    }
    await eventually('four comments', () => stream.comments >= 4);
    expect(stream.ended).toBe(false);
  });

  it('answers HEAD with the head only', async () => {
    const headers = { authorization: `Bearer ${tidings.api.token}` };
    const { status } = await fetch(`${tidings.url}/v1/stream?channels=${channel}`, { method: 'HEAD', headers });
    expect(status).toBe(200);
  });

  it('is removed when its client disconnects', async () => {
    const user = await newMember('guest');
    const stream = await TestStream.follow(tidings.url, [channel], { token: user.token });
    expect(tidings.app.get(ConnectionRegistry).of(user.userId).size).toBe(1);
    stream.cut();
    await eventually('no connection is left', () => tidings.app.get(ConnectionRegistry).of(user.userId).size === 0);
  });
});

describe('the caller of a stream', () => {
  it('authenticates with a token, a single-use ticket, or a token in the URL', async () => {
    const { body } = await tidings.api.post<{ ticket: string }>('/v1/realtime/tickets');
    const ticket = { query: { ticket: body.ticket } };
    for (const options of [ticket, { query: { token: tidings.api.token } }]) {
      const stream = kept(await TestStream.follow(tidings.url, [channel], options));
      expect(stream.frames[0]?.payload['userId']).toBe(tidings.api.userId);
    }
    expect(await refusal([channel], ticket)).toBe('HTTP 401 auth.invalid-ticket');
  });

  it('reconnects with a used ticket and the id of the last frame, and misses nothing', async () => {
    const { body } = await tidings.api.post<{ ticket: string }>('/v1/realtime/tickets');
    const query = { ticket: body.ticket };
    const stream = await TestStream.follow(tidings.url, [channel], { query });
    await writer.append(channel, 1);
    await eventually('the event', () => stream.events(channel).length === 1);
    for (let times = 0; times < 2; times++) {
      stream.cut();
      await writer.append(channel, 1);
      const next = kept(await TestStream.follow(tidings.url, [channel], { query, lastEventId: stream.lastEventId }));
      await eventually('what was missed', () => next.events(channel).length === times + 1);
      expect(next.subscribed(channel)?.['recovered']).toBe(true);
    }
  });

  it('cannot reconnect with a used ticket after a logout', async () => {
    const user = await newMember('left');
    const { body } = await user.post<{ ticket: string }>('/v1/realtime/tickets');
    const query = { ticket: body.ticket };
    const { lastEventId } = kept(await TestStream.follow(tidings.url, [channel], { query }));
    await user.post('/v1/auth/logout-everywhere');
    expect(await refusal([channel], { query, lastEventId })).toMatch(/^HTTP 401/);
  });

  it('cannot reconnect with an id from a URL, nor with an invalid key', async () => {
    const { body } = await tidings.api.post<{ ticket: string }>('/v1/realtime/tickets');
    const query = { ticket: body.ticket };
    const { lastEventId } = kept(await TestStream.follow(tidings.url, [channel], { query }));
    const key = lastEventId.split('~')[1] ?? '';
    expect(key).toMatch(/^[\w-]{32}$/);
    expect(await refusal([channel], { query: { ticket: key } })).toBe('HTTP 401 auth.invalid-ticket');
    expect(await refusal([channel], { query, lastEventId: `~${'x'.repeat(32)}` })).toBe('HTTP 401 auth.invalid-ticket');
    expect(await refusal([channel], { query: { ...query, lastEventId } })).toBe('HTTP 401 auth.invalid-ticket');
    expect(await refusal([channel], { query, lastEventId })).toBe('HTTP 401 auth.invalid-ticket');
  });

  it.each<[string, StreamOptions, string]>([
    ['nothing', {}, '401 auth.invalid-token'],
    ['a token that is none', { token: 'a.b.c' }, '401 auth.invalid-token'],
    ['a ticket that is none', { query: { ticket: 'x' } }, '401 auth.invalid-ticket'],
  ])('is refused with %s', async (_, options, answer) => {
    expect(await refusal([channel], options)).toBe(`HTTP ${answer}`);
  });

  it('is refused with a token in the URL where that is not allowed, and above the limit of streams', async () => {
    const strict = await startTidings({ WS_QUERY_TOKEN: 'false', MAX_CONNECTIONS_PER_USER: '1' });
    const { token } = strict.api;
    await expect(TestStream.open(strict.url, [], { query: { token } })).rejects.toThrow('HTTP 401');
    const stream = kept(await TestStream.follow(strict.url, [], { token }));
    await expect(TestStream.open(strict.url, [], { token })).rejects.toThrow('HTTP 429 connection.too-many');
    stream.cut();
    await eventually('there is room again', () =>
      TestStream.open(strict.url, [], { token }).then(kept, () => undefined),
    );
    await strict.stop();
  });

  it('reads with an API key the channels in its scopes', async () => {
    const key = async (scopes: string[]) =>
      (await tidings.api.post<{ key: string }>('/v1/api-keys', { name: 'stream', scopes })).body.key;
    const stream = kept(await TestStream.follow(tidings.url, [channel], { token: await key(['webhooks:read']) }));
    await writer.append(channel, 1);
    await eventually('the event', () => stream.events(channel).length === 1);
    expect(await refusal([channel], { token: await key(['members:read']) })).toBe('HTTP 403 channel.forbidden');
  });

  it.each([`webhooks:${NOBODYS}`, 'webhooks:', 'webhooks', 'nothing:1', `user:${NOBODYS}`, '__proto__:1'])(
    'is refused %s as if there were no such channel',
    async (name) => {
      expect(await refusal([name], { token: tidings.api.token })).toBe('HTTP 403 channel.forbidden');
    },
  );

  it("is told that another workspace's channel is forbidden, and gets none of its events", async () => {
    const stranger = await signUp(tidings.api, 'stranger@example.com');
    expect(await refusal([channel], { token: stranger.token })).toBe('HTTP 403 channel.forbidden');
    const { body } = await tidings.api.post<{ id: string }>('/v1/workspaces', { name: "the stranger's" });
    const own = `webhooks:${body.id}`;
    await tidings.api.put(`/v1/workspaces/${body.id}/members/${stranger.userId}`, { role: 'viewer' });
    const { epoch } = await head();
    const stream = kept(
      await TestStream.open(tidings.url, [channel, own], { token: stranger.token, lastEventId: `${epoch}.0` }),
    );
    const told = await stream.waitFor(({ type }) => type === 'subscription:revoked');
    expect(told.payload).toEqual({ channel, reason: 'permission' });
    await writer.append(channel, 3);
    await writer.append(own, 1);
    await eventually('the own event', () => stream.events(own).length === 1);
    expect(stream.events(channel)).toEqual([]);
  });

  it.each<[string, Record<string, string>]>([
    [
      'too many channels',
      {
        channels: upTo(101)
          .map((n) => `webhooks:${n}`)
          .join(),
      },
    ],
    ['a channel with too long a name', { channels: 'x'.repeat(601) }],
    ['too long an id', { lastEventId: 'x'.repeat(8_193) }],
  ])('is refused %s', async (_, query) => {
    expect(await refusal([], { token: tidings.api.token, query })).toBe('HTTP 400 request.invalid');
  });
});

describe('changed rights', () => {
  it('remove a channel from the stream and keep the others', async () => {
    const member = await newMember('partly');
    const own = `user:${member.userId}`;
    const stream = kept(await TestStream.follow(tidings.url, [channel], { token: member.token }));
    const changed = await tidings.api.put(`${members}/${member.userId}`, { role: 'viewer', deny: ['webhooks:read'] });
    expect(changed.status).toBe(200);
    await writer.append(channel, 3);
    await writer.append(own, 1);
    await eventually('the own event', () => stream.events(own).length === 1);
    expect(stream.ofType('subscription:revoked').map(({ payload }) => payload)).toEqual([
      { channel, reason: 'permission' },
    ]);
    expect(stream.ofType('permissions:updated')).toHaveLength(1);
    expect(stream.events(channel)).toEqual([]);
  });

  it.each<[string, string, (user: Api) => Promise<unknown>]>([
    ['logs out', 'auth.session-ended', (user) => user.post('/v1/auth/logout')],
    ['is disabled', 'auth.user-disabled', (user) => tidings.api.patch(`/v1/users/${user.userId}`, { disabled: true })],
  ])('end the stream of a user who %s', async (what, code, act) => {
    const user = await newMember(what.replace(' ', '-'));
    const stream = kept(await TestStream.follow(tidings.url, [channel], { token: user.token }));
    await act(user);
    await writer.append(channel, 1);
    await stream.waitForEnd();
    expect(stream.frames.at(-1)).toMatchObject({ type: 'error', payload: { code } });
    expect(stream.events(channel)).toEqual([]);
  });

  it('end the stream of a revoked key, and no other of its user', async () => {
    const { body } = await tidings.api.post<{ id: string; key: string }>('/v1/api-keys', {
      name: 'to be revoked',
      scopes: ['webhooks:read'],
    });
    const [byKey, byToken] = [await follow([channel], { token: body.key }), await follow()];
    await tidings.api.delete(`/v1/api-keys/${body.id}`);
    await byKey.waitForEnd();
    await writer.append(channel, 1);
    await eventually('the event elsewhere', () => byToken.events(channel).length === 1);
    expect(byKey.events(channel)).toEqual([]);
  });
});

describe('a stream ends', () => {
  it('with an error when its token expires', async () => {
    await shortLived.api.logIn(ADMIN.email, ADMIN.password);
    const stream = kept(await TestStream.follow(shortLived.url, [], { token: shortLived.api.token }));
    const { exp } = JSON.parse(Buffer.from(shortLived.api.token.split('.')[1] ?? '', 'base64url').toString());
    await stream.waitForEnd();
    expect(Date.now()).toBeGreaterThanOrEqual(exp * 1_000);
    expect(Date.now()).toBeLessThan(exp * 1_000 + 1_500);
    expect(stream.frames.at(-1)).toMatchObject({ type: 'error', payload: { code: 'auth.token-expired' } });
  });

  it('when its client does not read, which can then resume', async () => {
    const [quick, slow] = [await follow(), await follow()];
    const session = newestSession();
    const start = Number(slow.subscribed(channel)?.['offset']);
    slow.pause();
    for (let i = 0; i < 20; i++) await writer.append(channel, 100, 'x'.repeat(8_000));
    await eventually('the quick one has it all', () => quick.events(channel).length === 2_000);
    await eventually('the slow one has fallen behind', () => session.bufferedBytes > 0);
    checkConnection(session, Date.now());
    checkConnection(session, Date.now() + 10_500);
    expect(session.closedFor).toBe('slow consumer');
    expect(session.bufferedBytes).toBeLessThan(1024 * 1024);
    slow.resume();
    await slow.waitForEnd();
    const again = await follow([channel], { lastEventId: slow.lastEventId });
    await eventually('the rest', () => again.offsets(channel).at(-1) === start + 2_000);
    expect([...slow.offsets(channel), ...again.offsets(channel)]).toEqual(upTo(start + 2_000, start));
  }, 30_000);

  it('when the server shuts down, which announces it and accepts no new one', async () => {
    const leaving = await startTidings();
    const stream = await TestStream.follow(leaving.url, [], { token: leaving.api.token });
    await leaving.app.get(ConnectionRegistry).beforeApplicationShutdown();
    await expect(TestStream.open(leaving.url, [], { token: leaving.api.token })).rejects.toThrow(
      'HTTP 503 connection.unavailable',
    );
    await leaving.stop();
    await stream.waitForEnd();
    expect(stream.frames.at(-1)).toMatchObject({
      type: 'server:draining',
      payload: { reconnectInMs: expect.any(Number) },
    });
  });
});
