import { afterEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { PostgresWire } from '../../src/platform/bus/postgres-wire.js';
import { RedisWire } from '../../src/platform/bus/redis-wire.js';
import { createTestDatabase } from '../support/database.js';
import { Dice } from '../support/dice.js';
import { eventually } from '../support/eventually.js';
import {
  cutPostgres,
  cutRedis,
  FaultyProxy,
  isNotification,
  isPostgresBus,
  isRedisBus,
  isRedisMessage,
} from '../support/faulty-proxy.js';
import { gatherAudience } from '../support/following/audience.js';
import { Follower } from '../support/following/follower.js';
import { metricOf } from '../support/following/observe.js';
import { faultsOf, NO_FAULTS } from '../support/following/sequence.js';
import { SteadyWriter } from '../support/following/steady-writer.js';
import { redisInstalled, startRedis } from '../support/redis.js';
import { ServerProcess } from '../support/server-process.js';

/** How many wake-ups have to be lost before it is enough. */
const LOSSES = Number(process.env['LOSSY_MESSAGES'] ?? 5);
const SEED = Number(process.env['LOSSY_SEED'] ?? Date.now() % 1_000_000);
const CLIENTS = 40;
const CHANNELS = 20;
const EVENTS_PER_SECOND = 200;
const FOUND_WITHIN_MS = 5_000;
const SILENCE_FOUND_WITHIN_MS = 10_000;

const cleanups: Array<() => Promise<void> | void> = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

type Kind = 'PostgreSQL' | 'Redis';

interface Stage {
  readonly gateway: ServerProcess;
  readonly proxy: FaultyProxy;
  readonly writer: SteadyWriter;
  readonly followers: readonly Follower[];
}

/** One gateway that reaches its bus only through a proxy, which loses this share of the wake-ups; the writer beside it does not. */
async function setUp(kind: Kind, lossShare: number): Promise<Stage> {
  console.log(`seed ${SEED}`);
  const dice = new Dice(SEED);
  const database = await createTestDatabase();
  cleanups.push(() => database.drop());
  const redis = kind === 'Redis' ? await startRedis() : undefined;
  cleanups.push(async () => redis?.stop());
  const direct = new URL(redis?.url ?? database.url);
  const isWakeUp = kind === 'Redis' ? isRedisMessage : isNotification;
  const proxy = await FaultyProxy.start({
    target: { host: direct.hostname, port: Number(direct.port) },
    cut: kind === 'Redis' ? cutRedis : cutPostgres,
    loses: (message) => isWakeUp(message) && dice.chance(lossShare),
    isBus: kind === 'Redis' ? isRedisBus : isPostgresBus,
  });
  cleanups.push(() => proxy.stop());
  const faulty = new URL(direct);
  faulty.port = String(proxy.port);
  const secret = randomBytes(32).toString('hex');
  const gateway = await ServerProcess.make({
    DATABASE_URL: redis === undefined ? faulty.href : database.url,
    REDIS_URL: redis === undefined ? '' : faulty.href,
    REDIS_PREFIX: 'lossy',
    JWT_SECRET: secret,
    SECRETS_KEY: randomBytes(32).toString('base64'),
    ROLE: 'gateway',
  });
  cleanups.push(() => gateway.dispose());
  await gateway.start();
  const audience = await gatherAudience(database.url, { users: CLIENTS, channels: CHANNELS, secret });
  const writer = await SteadyWriter.start({
    databaseUrl: database.url,
    wire: redis === undefined ? new PostgresWire(database.url) : new RedisWire(redis.url, 'lossy'),
    channels: [...new Set(audience.map(({ channel }) => channel))],
    perSecond: EVENTS_PER_SECOND,
  });
  cleanups.push(() => writer.stop());
  const head = (channel: string) => writer.headOf(channel);
  const followers = audience.map(
    ({ token, channel }) => new Follower({ address: () => gateway.url, token, channel, dice, head }),
  );
  cleanups.push(() => followers.forEach((follower) => follower.stop()));
  for (const follower of followers) follower.start();
  await eventually('all are connected', () => followers.every(({ currentSince }) => currentSince > 0));
  return { gateway, proxy, writer, followers };
}

async function expectEverything({ writer, followers }: Stage): Promise<void> {
  await writer.stop();
  await eventually('everybody has everything', () =>
    followers.every((follower) => follower.sequence.last === writer.headOf(follower.channel)),
  );
  expect(faultsOf(followers.map(({ sequence }) => sequence))).toEqual(NO_FAULTS);
  for (const { ends, sequence } of followers) expect([ends, sequence.restarts]).toEqual([[], 0]);
}

const latest = (followers: readonly Follower[]) => Math.max(...followers.map((follower) => follower.latest));

const kinds: Kind[] = redisInstalled ? ['PostgreSQL', 'Redis'] : ['PostgreSQL'];

describe.each(kinds)('a bus on %s', (kind) => {
  it.each([0.01, 0.5, 1])(
    'that loses a share of %d of its messages without a word costs no event, and none of its events 5 s',
    async (share) => {
      const stage = await setUp(kind, share);
      await eventually('enough is lost', () => stage.proxy.lost >= LOSSES, LOSSES * 20_000);
      await delay(FOUND_WITHIN_MS);
      await expectEverything(stage);
      const received = stage.followers.reduce((sum, { sequence }) => sum + sequence.received, 0);
      console.log(
        `${kind}, share ${share}: ${stage.proxy.lost} messages lost, ${stage.writer.written} events, ` +
          `${received} received, the latest after ${latest(stage.followers)} ms`,
      );
      expect(latest(stage.followers)).toBeLessThan(FOUND_WITHIN_MS);
    },
    60_000 + LOSSES * 20_000,
  );

  it('whose connection falls silent without an end is found within 10 s, and costs no event 5 s', async () => {
    const stage = await setUp(kind, 0);
    expect(await metricOf(stage.gateway, 'tidings_bus_connected')).toBe(1);
    const begin = performance.now();
    expect(stage.proxy.silence()).toBeGreaterThan(0);
    const outage = async () => (await metricOf(stage.gateway, 'tidings_bus_outages')) === 1;
    await eventually('the silence is found', outage, 15_000);
    const foundMs = performance.now() - begin;
    const back = async () => (await metricOf(stage.gateway, 'tidings_bus_connected')) === 1;
    await eventually('the bus is back', back, 15_000);
    const backMs = performance.now() - begin;
    await expectEverything(stage);
    console.log(
      `${kind}: found after ${Math.round(foundMs)} ms, back after ${Math.round(backMs)} ms, ` +
        `the latest event after ${latest(stage.followers)} ms`,
    );
    expect(foundMs).toBeLessThan(SILENCE_FOUND_WITHIN_MS);
    expect(latest(stage.followers)).toBeLessThan(FOUND_WITHIN_MS);
    expect(stage.gateway.printed.match(/lost the bus connection/g)).toHaveLength(1);
  }, 60_000);
});
