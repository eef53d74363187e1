import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { connect as tcp } from 'node:net';
import pg from 'pg';
import { ConnectionRegistry } from '../../src/realtime/connections/connection-registry.js';
import { signUp } from '../support/api.js';
import { ADMIN, startTidings, type RunningTidings } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { LogWriter } from '../support/log-writer.js';
import { RawSocket } from '../support/raw-socket.js';
import { TestSocket, type ConnectOptions, type Frame, type Via } from '../support/socket.js';

let tidings: RunningTidings;
let writer: LogWriter;
const sockets: TestSocket[] = [];

beforeAll(async () => {
  tidings = await startTidings();
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

const open = async (options?: ConnectOptions) => kept(await TestSocket.open(tidings.url, options));
const connect = async () => kept(await TestSocket.connect(tidings.url, tidings.api.token));
const codeOf = ({ payload }: Frame) => payload['code'];

async function ticket(): Promise<string> {
  const { status, body } = await tidings.api.post('/v1/realtime/tickets');
  expect({ status, body }).toEqual({ status: 201, body: { ticket: expect.any(String), expiresIn: 30 } });
  return String(body['ticket']);
}

describe('connecting', () => {
  it.each<Via>(['subprotocol', 'header', 'ticket', 'query'])('works with a credential by %s', async (via) => {
    const token = via === 'ticket' ? await ticket() : tidings.api.token;
    const socket = await open({ via, token });
    const connected = await socket.waitFor(({ type }) => type === 'connected');
    expect(connected.payload).toEqual({
      userId: tidings.api.userId,
      sessionId: expect.any(String),
      heartbeatMs: 25_000,
    });
    expect(socket.socket.protocol).toBe('tidings.v1');
    expect(socket.frames[0]).toBe(connected);
  });

  it("subscribes to the user's own channel", async () => {
    const socket = await connect();
    const own = `user:${tidings.api.userId}`;
    const subscribed = await socket.waitFor(({ type }) => type === 'subscribed');
    expect(subscribed.payload).toMatchObject({ channel: own, offset: 0, recovered: false });
    await writer.append(own, 1);
    await socket.waitFor((frame) => frame.channel === own);
  });

  it.each<[string, ConnectOptions]>([
    ['no credential', {}],
    ['a token that is none', { via: 'header', token: 'a.b.c' }],
    ['a ticket that never was', { via: 'ticket', token: 'x'.repeat(43) }],
  ])('with %s gets one error frame and 4001', async (_, options) => {
    const socket = await open(options);
    expect(await socket.waitForClose()).toEqual({ code: 4001, reason: 'unauthenticated' });
    expect(socket.frames).toEqual([
      expect.objectContaining({
        type: 'error',
        payload: { code: expect.stringMatching(/^auth\./), message: expect.any(String), temporary: false },
      }),
    ]);
  });

  it('accepts a ticket once', async () => {
    const token = await ticket();
    await (await open({ via: 'ticket', token })).waitFor(({ type }) => type === 'connected');
    const second = await open({ via: 'ticket', token });
    expect((await second.waitForClose()).code).toBe(4001);
    expect(second.frames.map(codeOf)).toEqual(['auth.invalid-ticket']);
  });

  it('admits one of many clients that send the same ticket at once', async () => {
    const token = await ticket();
    const racers = await Promise.all(Array.from({ length: 10 }, () => open({ via: 'ticket', token })));
    await eventually('all are answered', () => racers.every(({ frames }) => frames.length > 0));
    expect(racers.filter(({ frames }) => frames[0]?.type === 'connected')).toHaveLength(1);
  });

  it('refuses a ticket that is older than 30 s', async () => {
    const token = await ticket();
    const client = new pg.Client({ connectionString: tidings.databaseUrl });
    await client.connect();
    await client.query("UPDATE realtime_tickets SET expires_at = now() - interval '1 ms'");
    await client.end();
    expect((await (await open({ via: 'ticket', token })).waitForClose()).code).toBe(4001);
  });

  it('deletes expired tickets without reading all the others', async () => {
    const client = new pg.Client({ connectionString: tidings.databaseUrl });
    await client.connect();
    await client.query('BEGIN');
    await client.query(
      `INSERT INTO realtime_tickets (hash, user_id, token_expires_at, expires_at)
       SELECT sha256(n::text::bytea), $1, now(), now() + interval '30 s' FROM generate_series(1, 5000) AS n`,
      [tidings.api.userId],
    );
    await client.query('ANALYZE realtime_tickets');
    const { rows } = await client.query('EXPLAIN DELETE FROM realtime_tickets WHERE expires_at < now()');
    await client.query('ROLLBACK');
    await client.end();
    expect(JSON.stringify(rows)).not.toContain('Seq Scan');
  });

  it('stores no ticket in plain text', async () => {
    const token = await ticket();
    const client = new pg.Client({ connectionString: tidings.databaseUrl });
    await client.connect();
    const { rows } = await client.query<{ row: string }>('SELECT realtime_tickets::text AS row FROM realtime_tickets');
    await client.end();
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.map(({ row }) => row).join()).not.toContain(token);
    expect(rows.map(({ row }) => row).join()).not.toContain(Buffer.from(token).toString('hex'));
  });

  it('closes a disabled user with 4003', async () => {
    const user = await signUp(tidings.api, 'disabled@example.com');
    await tidings.api.patch(`/v1/users/${user.userId}`, { disabled: true });
    const socket = await open({ via: 'header', token: user.token });
    expect((await socket.waitForClose()).code).toBe(4003);
    expect(socket.frames.map(codeOf)).toEqual(['auth.user-disabled']);
  });

  it('closes after 5 s when it cannot check the credential', async () => {
    const client = new pg.Client({ connectionString: tidings.databaseUrl });
    await client.connect();
    await client.query('BEGIN; LOCK TABLE users');
    try {
      const socket = await open({ via: 'header', token: tidings.api.token });
      expect((await socket.waitForClose(7_000)).code).toBe(4001);
      expect(socket.frames).toHaveLength(1);
    } finally {
      await client.end();
    }
  });

  it('buffers early frames until the client is authenticated', async () => {
    const socket = await open({ via: 'subprotocol', token: tidings.api.token });
    for (let i = 0; i < 5; i++) socket.send('ping', {}, i);
    await socket.waitFor((frame) => Number(frame.id) === 4);
    expect(socket.frames.map(({ type }) => type).slice(0, 3)).toEqual(['connected', 'subscribed', 'pong']);
    expect(socket.ofType('pong').map(({ id }) => id)).toEqual([0, 1, 2, 3, 4]);
  });
});

describe('the upgrade', () => {
  it.each([
    'https://evil.example',
    'null',
    'http://localhost',
    'http://127.0.0.1:1',
    'https://127.0.0.1',
    'http://127.0.0.1.evil.example',
  ])('is refused to a page of %s', async (origin) => {
    await expect(open({ token: tidings.api.token, via: 'subprotocol', origin })).rejects.toThrow('HTTP 403');
  });

  it('is granted to a page of our own', async () => {
    const origin = new URL(tidings.url).origin;
    const socket = await open({ token: tidings.api.token, via: 'subprotocol', origin });
    await socket.waitFor(({ type }) => type === 'connected');
  });

  it.each([
    ['/ws', 'two hosts', { host: 'a.example' }],
    ['/documents', 'two hosts', { host: 'a.example' }],
    ['/ws', 'two credentials', { Authorization: 'Bearer one', authorization: 'Bearer two' }],
    ['/ws', 'two origins', { Origin: 'http://a.example', origin: 'http://b.example' }],
    ['/ws', 'a host that is an address', { Host: 'http://a.example/' }],
  ])('is answered 400 at %s with %s', async (path, _what, headers) => {
    const socket = await RawSocket.open(tidings.url, { ...headers }, path);
    expect(socket.head).toMatch(/^HTTP\/1.1 400 /);
    expect(socket.head).toMatch(/^content-type: application\/problem\+json/im);
    socket.cut();
  });

  it.each(['/', '/ws/', '/wss', '/%77s', '/documents/'])('is answered 404 at %s', async (path) => {
    await expect(open({ path })).rejects.toThrow('HTTP 404');
  });

  it('survives clients that disconnect during it', async () => {
    const { hostname, port } = new URL(tidings.url);
    const head = `GET /ws?token=${tidings.api.token} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n`;
    const key = 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';
    for (let i = 0; i < 50; i++) {
      const wire = tcp(Number(port), hostname);
      wire.on('error', () => undefined);
      wire.write(head + key, () => wire.resetAndDestroy());
    }
    await connect();
    await eventually('the vanished are forgotten', () => tidings.app.get(ConnectionRegistry).count === 1);
  });
});

describe('the end of a token', () => {
  let shortLived: RunningTidings;

  beforeAll(async () => {
    shortLived = await startTidings({ ACCESS_TOKEN_SECONDS: '4' });
  });
  afterAll(() => shortLived.stop());

  it('closes its socket with 4401, but not one that was refreshed', async () => {
    const token = await freshToken();
    const [ended, renewed] = [await connectWith(token), await connectWith(token)];
    const longer = await eventually('a token that runs longer', async () => {
      const later = await freshToken();
      return expiryOf(later) >= expiryOf(token) + 2 && later;
    });
    const refreshed = await renewed.ask('auth:refresh', { token: longer });
    expect(refreshed).toMatchObject({ type: 'auth:refreshed', payload: { expiresIn: expect.any(Number) } });
    expect((await ended.waitForClose()).code).toBe(4401);
    expect(Date.now()).toBeGreaterThanOrEqual(expiryOf(token) * 1_000);
    expect(renewed.closed).toBeUndefined();
    expect((await renewed.waitForClose()).code).toBe(4401);
    expect(Date.now()).toBeLessThan(expiryOf(longer) * 1_000 + 1_500);
  });

  it("is not extended by another user's token, nor by an invalid one", async () => {
    const stranger = await signUp(tidings.api, 'other@example.com');
    const socket = await connect();
    expect(codeOf(await socket.ask('auth:refresh', { token: stranger.token }))).toBe('auth.other-user');
    expect(codeOf(await socket.ask('auth:refresh', { token: 'a.b.c' }))).toBe('auth.invalid-token');
  });

  const connectWith = async (token: string) => kept(await TestSocket.connect(shortLived.url, token));

  async function freshToken(): Promise<string> {
    await shortLived.api.logIn(ADMIN.email, ADMIN.password);
    return shortLived.api.token;
  }

  function expiryOf(token: string): number {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).exp;
  }
});
