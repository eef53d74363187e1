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

/** One of three processes follows a key, and another one a key of another partition. */
async function expectToReachFollowers(wire: () => Wire): Promise<void> {
  const [sender, follower, other] = [await connect(wire()), await connect(wire()), await connect(wire())];
  await Promise.all([follower.bus.follow('orders:1'), follower.bus.follow('orders:1'), other.bus.follow('orders:2')]);
  sender.bus.publishTo('orders:1', 'greetings', 'whole', 'compact');
  sender.bus.publishTo('orders:2', 'greetings', 'to the other');
  follower.bus.unfollow('orders:1');
  await eventually('both messages arrive', () => follower.heard.length > 0 && other.heard.length > 0);
  sender.bus.publishTo('orders:1', 'greetings', 'still followed');
  sender.bus.publish('greetings', 'to all');
  const all = () => follower.heard.includes('to all') && other.heard.includes('to all');
  await eventually('the message to all arrives', all);
  expect(follower.heard).toEqual(['compact', 'still followed', 'to all']);
  expect(other.heard).toEqual(['to the other', 'to all']);
  expect(sender.heard).toEqual(['whole', 'to the other', 'still followed', 'to all']);
  follower.bus.unfollow('orders:1');
  let sent = 0;
  await eventually('messages for the key no longer arrive', async () => {
    sender.bus.publishTo('orders:1', 'greetings', `left ${++sent}`);
    sender.bus.publish('greetings', `after ${sent}`);
    await eventually('the next message arrives', () => follower.heard.includes(`after ${sent}`));
    return !follower.heard.includes(`left ${sent}`);
  });
}

/** A process that follows a key before it is connected, and after its connection was lost. */
async function expectToFollowAgain(wire: () => Wire, disconnect: () => Promise<void>): Promise<void> {
  const sender = await connect(wire());
  const bus = new Bus(wire());
  buses.push(bus);
  const heard: string[] = [];
  bus.listen('greetings', (message) => heard.push(message));
  await bus.follow('orders:1');
  await bus.onModuleInit();
  sender.bus.publishTo('orders:1', 'greetings', 'first');
  await eventually('the first message arrives', () => heard.includes('first'));
  let returned = 0;
  for (const each of [bus, sender.bus]) each.onReturn(() => returned++);
  await disconnect();
  await eventually('both have reconnected', () => returned === 2);
  sender.bus.publishTo('orders:1', 'greetings', 'second');
  await eventually('the second message arrives', () => heard.includes('second'));
}

describe('the bus on LISTEN/NOTIFY', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  it('delivers a message to the other processes', () => expectToReach(() => new PostgresWire(database.url)));

  it('delivers a message for a key to the processes that follow it', () =>
    expectToReachFollowers(() => new PostgresWire(database.url)));

  it('delivers the messages for a key again after it has reconnected', () =>
    expectToFollowAgain(
      () => new PostgresWire(database.url),
      () => terminate(database.url),
    ));

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

  it('delivers a message for a key to the processes that follow it', async () => {
    redis = await startRedis();
    await expectToReachFollowers(() => new RedisWire(redis.url, 'test'));
  });

  it('delivers the messages for a key again after it has reconnected', async () => {
    redis = await startRedis();
    await expectToFollowAgain(
      () => new RedisWire(redis.url, 'test'),
      async () => {
        await redis.kill();
        await redis.restart();
      },
    );
  });

  it('spreads keys over the shards of a cluster', async () => {
    redis = await startRedis({ cluster: true });
    await expectToReach(() => new RedisWire(redis.url, 'test'));
    expect(await redis.ask('PUBSUB', 'SHARDCHANNELS')).toEqual(['test:{bus}']);
    await expectToReachFollowers(() => new RedisWire(redis.url, 'test'));
    expect(await redis.ask('PUBSUB', 'CHANNELS')).toEqual([]);
    const shards = (await redis.ask('PUBSUB', 'SHARDCHANNELS')) as string[];
    expect(shards.filter((name) => /^test:\{bus\.\d+\}$/.test(name))).toHaveLength(1);
  });
});
