import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ConnectionRegistry } from '../../src/realtime/connections/connection-registry.js';
import { signUp, type Api } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { connectTo, RawSocket, upgradeRequest } from '../support/raw-socket.js';
import { TestSocket } from '../support/socket.js';
import { TestStream } from '../support/stream.js';

const PROXY = '127.0.0.1';
const PER_USER = 3;
const PER_ADDRESS = 8;
const MOST = 20;

let tidings: RunningTidings;
let ada: Api;
const opened: Array<{ cut(): void }> = [];

beforeAll(async () => {
  tidings = await startTidings({
    MAX_CONNECTIONS: String(MOST),
    MAX_CONNECTIONS_PER_USER: String(PER_USER),
    MAX_CONNECTIONS_PER_ADDRESS: String(PER_ADDRESS),
    TRUST_PROXY: PROXY,
  });
  ada = await signUp(tidings.api, 'ada@example.com');
});
afterAll(() => tidings.stop());
afterEach(async () => {
  for (const socket of opened.splice(0)) socket.cut();
  await eventually('all are forgotten', () => tidings.app.get(ConnectionRegistry).count === 0);
});

function kept<Connection extends { cut(): void }>(connection: Connection): Connection {
  opened.push(connection);
  return connection;
}

/** A connection without a credential, which the server closes; until it has gone it counts. */
const from = async (address: string, token?: string) =>
  kept(
    await RawSocket.open(tidings.url, {
      'x-forwarded-for': address,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    }),
  );
const statusOf = ({ head }: RawSocket) => Number(head.split(' ')[1]);
const users = async (count: number) =>
  Promise.all(Array.from({ length: count }, (_, i) => signUp(tidings.api, `${Math.random()}-${i}@example.com`)));

async function refusals(reason: string): Promise<number> {
  const text = await (await fetch(`${tidings.url}/metrics`)).text();
  return Number(new RegExp(`tidings_connections_refused_total{reason="${reason}"} (\\d+)`).exec(text)?.[1] ?? 0);
}

describe('connections of one user', () => {
  it('are refused beyond the limit with an error frame and 1013, and accepted again when one has closed', async () => {
    const connect = async () => kept(await TestSocket.connect(tidings.url, ada.token));
    const [first] = [await connect(), await connect(), await connect()];
    const refused = kept(await TestSocket.open(tidings.url, { via: 'header', token: ada.token }));
    expect(await refused.waitForClose()).toEqual({ code: 1013, reason: 'try later' });
    expect(refused.frames.map(({ type, payload }) => [type, payload['code'], payload['temporary']])).toEqual([
      ['error', 'connection.too-many', true],
    ]);
    expect(await refusals('user')).toBe(1);
    first?.cut();
    await eventually('it is forgotten', () => tidings.app.get(ConnectionRegistry).of(ada.userId).size < PER_USER);
    await connect();
  });

  it('are counted together with streams', async () => {
    for (let i = 0; i < PER_USER; i++) kept(await TestStream.follow(tidings.url, [], { token: ada.token }));
    const refused = kept(await TestSocket.open(tidings.url, { via: 'header', token: ada.token }));
    expect((await refused.waitForClose()).code).toBe(1013);
    await expect(TestStream.open(tidings.url, [], { token: ada.token })).rejects.toThrow(
      'HTTP 429 connection.too-many',
    );
  });
});

describe('connections from one network address', () => {
  it('are refused beyond the limit with 429 and Retry-After; those from another address are not', async () => {
    const some = await users(3);
    for (let i = 0; i < PER_ADDRESS; i++) {
      const socket = await from('203.0.113.7', some[i % 3]?.token);
      await eventually('it is let in', () => socket.text.includes('"connected"'));
    }
    const refused = await from('203.0.113.7');
    expect(statusOf(refused)).toBe(429);
    expect(refused.head).toMatch(/\r\nRetry-After: 10\r\n/);
    expect(JSON.parse(refused.text)).toMatchObject({ status: 429, code: 'connection.too-many' });
    expect(statusOf(await from('203.0.113.8'))).toBe(101);
    expect(await refusals('address')).toBe(1);
  });

  it('are counted by the address that a trusted proxy forwards, and by /64 for IPv6', async () => {
    const some = await users(3);
    for (let i = 0; i < PER_ADDRESS; i++) {
      const socket = await from(`203.0.113.9, 2001:db8::${i + 1}`, some[i % 3]?.token);
      await eventually('it is let in', () => socket.text.includes('"connected"'));
    }
    expect(statusOf(await from('198.51.100.1, 2001:db8::ffff'))).toBe(429);
    expect(statusOf(await from('2001:db8:0:1::1'))).toBe(101);
  });

  it('may not all be unauthenticated', async () => {
    const blocked = Array.from({ length: PER_ADDRESS }, () => from('203.0.113.7', ada.token));
    const statuses = (await Promise.all(blocked)).map(statusOf);
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(0);
    expect(await refusals('address-pending')).toBeGreaterThan(0);
  });
});

describe('connections of one process', () => {
  it('are refused beyond the limit with 503 and Retry-After', async () => {
    const some = await users(Math.ceil(MOST / PER_USER));
    for (let i = 0; i < MOST; i++) {
      const socket = await from(`198.51.100.${Math.floor(i / 2)}`, some[i % some.length]?.token);
      await eventually('it is let in', () => socket.text.includes('"connected"'));
    }
    const refused = await from('203.0.113.7');
    expect(statusOf(refused)).toBe(503);
    expect(refused.head).toMatch(/\r\nRetry-After: \d+\r\n/);
    expect(JSON.parse(refused.text)).toMatchObject({ code: 'connection.unavailable' });
  });
});

describe('the rate of new connections', () => {
  it('is limited per process with 503, temporarily', async () => {
    const narrow = await startTidings({ CONNECTS_PER_SECOND: '2' });
    try {
      const arrive = async () => statusOf(kept(await RawSocket.open(narrow.url)));
      const statuses = await Promise.all(Array.from({ length: 12 }, arrive));
      expect(statuses.filter((status) => status === 101).length).toBeLessThan(8);
      expect(statuses).toContain(503);
      await eventually('the next is let in', async () => (await arrive()) === 101);
    } finally {
      await narrow.stop();
    }
  });
});

describe('a silent client', () => {
  it('is disconnected within 5 s, before and after the head of a request', async () => {
    const silent = await connectTo(tidings.url);
    const slow = await connectTo(tidings.url);
    slow.write(upgradeRequest('/ws').slice(0, 40));
    const begin = performance.now();
    await eventually('both are closed', () => (silent.resume().closed && slow.resume().closed) || undefined, 8_000);
    expect(performance.now() - begin).toBeLessThan(5_500);
  }, 10_000);
});
