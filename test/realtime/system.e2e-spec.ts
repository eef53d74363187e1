import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Bus } from '../../src/platform/bus/bus.js';
import { Database } from '../../src/platform/database/database.js';
import { FenceNode } from '../../src/platform/fence/fence-node.js';
import { signUp, type Api, type Schemas } from '../support/api.js';
import { ADMIN, startTidings, type RunningTidings } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { TestSocket } from '../support/socket.js';
import { TestStream } from '../support/stream.js';

type Connections = Schemas['Connections'];
type Nodes = Schemas['Nodes'];

let database: TestDatabase;
let settings: Record<string, string>;
let api: RunningTidings;
let gateways: [RunningTidings, RunningTidings];
let member: Api;
let channel: string;
const open: Array<{ cut(): void }> = [];

beforeAll(async () => {
  database = await createTestDatabase();
  settings = {
    DATABASE_URL: database.url,
    DATABASE_POOL: '4',
    JWT_SECRET: randomUUID() + randomUUID(),
    SECRETS_KEY: Buffer.alloc(32, 7).toString('base64'),
    REDIS_PREFIX: `system-${randomUUID()}`,
  };
  api = await startTidings({ ...settings, ROLE: 'api' });
  const gateway = () => startTidings({ ...settings, ROLE: 'gateway' });
  gateways = [await gateway(), await gateway()];
  member = await signUp(api.api, 'member@example.com');
  await api.api.put(`/v1/workspaces/${api.workspaceId}/members/${member.userId}`, { role: 'member' });
  channel = `webhooks:${api.workspaceId}`;
}, 60_000);
afterAll(async () => {
  for (const each of [...gateways, api]) await each.stop();
  await database.drop();
});
afterEach(() => {
  for (const connection of open.splice(0)) connection.cut();
});

const nodeIdOf = ({ app }: RunningTidings): string => app.get(FenceNode).id;

async function connect(to: RunningTidings, user: Api = member): Promise<{ socket: TestSocket; id: string }> {
  const socket = await TestSocket.connect(to.url, user.token);
  open.push(socket);
  const { payload } = await socket.waitFor(({ type }) => type === 'connected');
  return { socket, id: String(payload['sessionId']) };
}

async function list(query = ''): Promise<Connections> {
  const { status, body } = await api.api.get<Connections>(`/v1/system/connections?${query}`);
  expect(status).toBe(200);
  return body;
}

async function nodes(): Promise<Nodes> {
  const { status, body } = await api.api.get<Nodes>('/v1/system/nodes');
  expect(status).toBe(200);
  return body;
}

const audited = async (action: string) =>
  (await api.api.get<{ items: Schemas['AuditEntry'][] }>(`/v1/audit?action=${action}`)).body.items;

describe('the list of processes', () => {
  it('has every process with its roles, and is asked from all of them', async () => {
    const { items, missing, answeredBy } = await nodes();
    expect(missing).toEqual([]);
    expect(answeredBy).toBe(nodeIdOf(api));
    expect(items.map(({ nodeId, roles }) => [nodeId, roles])).toEqual([
      [nodeIdOf(api), ['api']],
      [nodeIdOf(gateways[0]), ['gateway']],
      [nodeIdOf(gateways[1]), ['gateway']],
    ]);
    const [first, second] = items;
    expect(first).toMatchObject({ lease: null, connections: null, node: process.version, pid: process.pid });
    expect(second).toMatchObject({ lease: 'held', connections: 0, busConnected: true });
    expect(second?.bus).toBe(process.env['REDIS_URL'] === undefined ? 'postgres' : 'redis');
    expect(second?.memory.rss).toBeGreaterThan(1_000_000);
    expect(Date.parse(second?.startedAt ?? '')).toBeLessThan(Date.now() + 1_000);
  });

  it('counts the connections of each process', async () => {
    await connect(gateways[1]);
    await connect(gateways[1]);
    const { items } = await nodes();
    expect(items.map(({ connections }) => connections)).toEqual([null, 0, 2]);
  });

  it('contains the event-loop delay at the time of the question', async () => {
    const block = setInterval(() => {
      const end = performance.now() + 40;
      while (performance.now() < end);
    }, 50);
    const { items } = await nodes();
    clearInterval(block);
    expect(items[0]?.eventLoopDelayMs.p99).toBeGreaterThan(20);
  });
});

describe('the list of connections', () => {
  it('has the sockets and streams of all processes with their channels, the newest first', async () => {
    const { socket, id } = await connect(gateways[0]);
    await socket.ask('subscribe', { channel });
    const stream = await TestStream.follow(gateways[1].url, [channel], { token: member.token });
    open.push(stream);
    await stream.waitFor(({ type }) => type === 'subscribed');
    const { items, missing, truncated } = await eventually('both are there', async () => {
      const found = await list();
      return found.items.length === 2 && found;
    });
    expect([missing, truncated]).toEqual([[], false]);
    expect(items).toMatchObject([
      { userId: member.userId, nodeId: nodeIdOf(gateways[1]), via: 'sse', address: '127.0.0.1', ofFeature: false },
      { id, userId: member.userId, nodeId: nodeIdOf(gateways[0]), via: 'ws', channelCount: 2, bufferedBytes: 0 },
    ]);
    expect(items[1]?.channels).toContainEqual({ channel, offset: expect.any(Number), behind: 0 });
  });

  it('is narrowed by user, by channel and by process', async () => {
    const own = await connect(gateways[0], api.api);
    const theirs = await connect(gateways[1]);
    await theirs.socket.ask('subscribe', { channel });
    const ids = async (query: string) => (await list(query)).items.map(({ id }) => id);
    expect(await ids(`userId=${api.api.userId}`)).toEqual([own.id]);
    expect(await ids(`channel=${channel}`)).toEqual([theirs.id]);
    expect(await ids(`nodeId=${nodeIdOf(gateways[0])}`)).toEqual([own.id]);
    expect(await ids(`channel=${channel}&userId=${api.api.userId}`)).toEqual([]);
  });

  it('says when there are more than the limit', async () => {
    await connect(gateways[0]);
    const newest = await connect(gateways[1]);
    const { items, truncated } = await list('limit=1');
    expect([items.map(({ id }) => id), truncated]).toEqual([[newest.id], true]);
  });

  it('arrives whole although it is much longer than a message of the bus', async () => {
    const topics = Array.from(
      { length: 20 },
      (_, place) => `topic:${api.workspaceId}/${'a-long-name-'.repeat(4)}${place}`,
    );
    const sockets = await Promise.all(Array.from({ length: 30 }, () => connect(gateways[1])));
    for (const { socket } of sockets) for (const topic of topics) socket.send('subscribe', { channel: topic });
    for (const { socket } of sockets)
      await eventually('all are subscribed', () => socket.ofType('subscribed').length === topics.length + 1);
    const { items, missing } = await list();
    expect(missing).toEqual([]);
    expect(items.map(({ id }) => id).toSorted()).toEqual(sockets.map(({ id }) => id).toSorted());
    expect(JSON.stringify(items).length).toBeGreaterThan(50_000);
    expect(items[0]).toMatchObject({ channelCount: topics.length + 1 });
    expect(items[0]?.channels).toHaveLength(20);
    const one = await api.api.get<Schemas['Connection']>(`/v1/system/connections/${items[0]?.id}`);
    expect(one.body.channels).toHaveLength(topics.length + 1);
  });
});

describe('a process that does not answer', () => {
  it('is named, and the answers of the others arrive within about a second', async () => {
    const silent = await startTidings({ ...settings, ROLE: 'gateway' });
    const { id } = await connect(gateways[0]);
    const hear = makeDeaf(silent);
    const begin = performance.now();
    const found = await list();
    expect(performance.now() - begin).toBeLessThan(3_000);
    expect(found.missing).toEqual([nodeIdOf(silent)]);
    expect(found.items.map((item) => item.id)).toEqual([id]);
    expect((await nodes()).missing).toEqual([nodeIdOf(silent)]);
    hear();
    await silent.stop();
    expect((await nodes()).missing).toEqual([]);
  });

  it('is named for a while after a crash, also by its lease', async () => {
    const crashed = randomUUID();
    const { app } = api;
    await app.get(Database).query(
      `INSERT INTO fence_nodes (id, applied, lease_until, epoch)
         SELECT $1, 0, now() - interval '30 seconds', epoch FROM fence`,
      [crashed],
    );
    expect((await list()).missing).toEqual([crashed]);
    await app
      .get(Database)
      .query(`UPDATE fence_nodes SET lease_until = now() - interval '2 minutes' WHERE id = $1`, [crashed]);
    expect((await list()).missing).toEqual([]);
  });

  it('is not missed when it has no lease and has stopped as it should', async () => {
    const second = await startTidings({ ...settings, ROLE: 'api' });
    expect((await nodes()).items.map(({ nodeId }) => nodeId)).toContain(nodeIdOf(second));
    await second.stop();
    const { items, missing } = await nodes();
    expect(items).toHaveLength(3);
    expect(missing).toEqual([]);
  });
});

/** Messages of the bus no longer reach this process. @returns a function that ends it */
function makeDeaf({ app }: RunningTidings): () => void {
  const bus = app.get<{ deliver(topic: string, message: string): void }>(Bus);
  const deliver = bus.deliver.bind(bus);
  bus.deliver = () => undefined;
  return () => void (bus.deliver = deliver);
}

describe('closing a connection', () => {
  it('closes it wherever it is, with a code after which its client returns, and is audited', async () => {
    const { socket, id } = await connect(gateways[1]);
    const other = await connect(gateways[1]);
    expect((await api.api.delete(`/v1/system/connections/${id}`)).status).toBe(204);
    expect(await socket.waitForClose()).toMatchObject({ code: 1012 });
    expect(other.socket.closed).toBeUndefined();
    expect((await list()).items.map((item) => item.id)).toEqual([other.id]);
    const [entry] = await audited('connection.closed');
    expect(entry).toMatchObject({
      actorId: api.api.userId,
      workspaceId: null,
      target: id,
      before: { userId: member.userId, nodeId: nodeIdOf(gateways[1]), via: 'ws', address: '127.0.0.1' },
    });
  });

  it('ends a stream too', async () => {
    const stream = await TestStream.follow(gateways[0].url, [channel], { token: member.token });
    open.push(stream);
    await stream.waitFor(({ type }) => type === 'connected');
    const [item] = (await list()).items;
    expect((await api.api.delete(`/v1/system/connections/${item?.id}`)).status).toBe(204);
    await eventually('the stream has ended', async () => (await list()).items.length === 0);
  });

  it('answers 404 and is not audited when no process has it', async () => {
    const before = await audited('connection.closed');
    const answer = await api.api.delete(`/v1/system/connections/${randomUUID()}`);
    expect(answer).toMatchObject({ status: 404, body: { code: 'connection.not-found' } });
    expect(await api.api.get(`/v1/system/connections/${randomUUID()}`)).toMatchObject({ status: 404 });
    expect(await audited('connection.closed')).toEqual(before);
  });
});

describe('the settings', () => {
  it('are listed without any secret of the process', async () => {
    const { status, body } = await api.api.get<Schemas['Settings']>('/v1/system/settings');
    expect(status).toBe(200);
    const text = JSON.stringify(body);
    const password = new URL(database.url).password;
    for (const secret of [settings['JWT_SECRET'], settings['SECRETS_KEY'], settings['DATABASE_URL'], ADMIN.password])
      expect(text).not.toContain(secret);
    if (password !== '') expect(text).not.toContain(password);
    const byName = new Map(body.items.map((item) => [item.name, item]));
    expect(byName.get('ROLE')).toMatchObject({ value: 'api', isDefault: false, secret: false });
    expect(byName.get('DATABASE_URL')).toMatchObject({ value: null, isDefault: false, secret: true });
    expect(byName.get('METRICS_TOKEN')).toMatchObject({ value: null, isDefault: true, secret: true });
  });
});

describe('the system calls', () => {
  it('are refused to everyone but administrators', async () => {
    const { id, socket } = await connect(gateways[0]);
    const refusal = { status: 403, body: { code: 'auth.admin-required' } };
    expect(await member.get('/v1/system/nodes')).toMatchObject(refusal);
    expect(await member.get('/v1/system/settings')).toMatchObject(refusal);
    expect(await member.get('/v1/system/connections')).toMatchObject(refusal);
    expect(await member.get(`/v1/system/connections/${id}`)).toMatchObject(refusal);
    expect(await member.delete(`/v1/system/connections/${id}`)).toMatchObject(refusal);
    expect(socket.closed).toBeUndefined();
  });
});
