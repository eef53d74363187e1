import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { eventually } from '../../../test/support/eventually.js';
import { redisInstalled, startRedis, type RunningRedis } from '../../../test/support/redis.js';
import { startStallingProxy } from '../../../test/support/stalling-proxy.js';
import { Bus } from './bus.js';
import { PostgresWire } from './postgres-wire.js';
import { RedisWire } from './redis-wire.js';
import type { Wire } from './wire.js';

Logger.overrideLogger(false);

const buses: Bus[] = [];
afterEach(async () => {
  for (const bus of buses.splice(0)) await bus.onApplicationShutdown();
});

async function connect(wire: Wire): Promise<{ bus: Bus; heard: string[]; returns: () => number }> {
  const bus = new Bus(wire);
  const heard: string[] = [];
  let returns = 0;
  bus.listen('greetings', (message) => heard.push(message));
  bus.onReturn(() => returns++);
  await bus.onModuleInit();
  buses.push(bus);
  return { bus, heard, returns: () => returns };
}

/** Two processes on one wire: each receives the other's message once, and its own once. */
async function expectToReach(wire: () => Wire): Promise<void> {
  const [one, other] = [await connect(wire()), await connect(wire())];
  one.bus.publish('greetings', 'hello, with blanks and ünïcode');
  await eventually('the message arrives', () => other.heard.length > 0);
  expect([one.heard, other.heard]).toEqual([['hello, with blanks and ünïcode'], ['hello, with blanks and ünïcode']]);
  expect([one.bus.connected, other.bus.connected]).toEqual([true, true]);
}

describe('the bus on LISTEN/NOTIFY', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  it('delivers a message to the other processes', () => expectToReach(() => new PostgresWire(database.url)));

  it('isolates other listeners and the sender from a failing listener', async () => {
    const failing = await connect(new PostgresWire(database.url));
    failing.bus.listen('orders', () => {
      throw new Error('one listener fails');
    });
    failing.bus.listen('orders', (message) => failing.heard.push(message));
    const other = await connect(new PostgresWire(database.url));
    expect(() => failing.bus.publish('orders', 'ours')).not.toThrow();
    other.bus.publish('orders', "another's");
    await eventually("another's message arrives", () => failing.heard.length === 2);
    expect(failing.heard).toEqual(['ours', "another's"]);
  });

  it('closes in time when the server does not answer', async () => {
    const url = new URL(database.url);
    const proxy = await startStallingProxy({ host: url.hostname, port: Number(url.port) });
    url.port = String(proxy.port);
    const bus = new Bus(new PostgresWire(url.href));
    await bus.onModuleInit();
    proxy.stall();
    const begin = performance.now();
    await bus.onApplicationShutdown();
    expect(performance.now() - begin).toBeLessThan(2_000);
    await proxy.stop();
  });

  it('notifies its listeners after it has reconnected', async () => {
    const { bus, heard, returns } = await connect(new PostgresWire(database.url));
    const other = await connect(new PostgresWire(database.url));
    await terminate(database.url);
    await eventually('the outage is noticed', () => bus.outages === 1);
    await eventually('both have reconnected', () => returns() === 1 && other.returns() === 1);
    expect(bus.connected).toBe(true);
    other.bus.publish('greetings', 'again');
    await eventually('messages arrive again', () => heard.includes('again'));
  });

  it('starts without a connection and connects when possible', async () => {
    const url = new URL(database.url);
    const proxy = await startStallingProxy({ host: url.hostname, port: Number(url.port) });
    url.port = String(proxy.port);
    proxy.stall();
    const bus = new Bus(new PostgresWire(url.href));
    await bus.onModuleInit();
    expect(bus.connected).toBe(false);
    proxy.resume();
    await eventually('it is connected', () => bus.connected);
    await bus.onApplicationShutdown();
    await proxy.stop();
  });
});

async function terminate(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE application_name = 'tidings bus' AND datname = current_database()`,
  );
  await client.end();
}

(redisInstalled ? describe : describe.skip)('the bus on Redis', () => {
  let redis: RunningRedis;
  afterEach(() => redis.stop());

  it('delivers a message to the other processes', async () => {
    redis = await startRedis();
    await expectToReach(() => new RedisWire(redis.url, 'test'));
  });

  it('disconnects while Redis is down and reconnects afterwards', async () => {
    redis = await startRedis();
    const { bus, returns } = await connect(new RedisWire(redis.url, 'test'));
    await redis.kill();
    await eventually('the outage is noticed', () => !bus.connected);
    bus.publish('greetings', 'lost');
    await redis.restart();
    await eventually('the bus has reconnected', () => returns() === 1);
    expect(bus).toMatchObject({ connected: true, outages: 1 });
  });

  it('uses one shard of a cluster', async () => {
    redis = await startRedis({ cluster: true });
    await expectToReach(() => new RedisWire(redis.url, 'test'));
    expect(await redis.ask('PUBSUB', 'SHARDCHANNELS')).toEqual(['test:{bus}']);
    expect(await redis.ask('PUBSUB', 'CHANNELS')).toEqual([]);
  });
});
