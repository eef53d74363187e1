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
import { createSubscribers } from '../support/following/subscribers.js';
import { Follower } from '../support/following/follower.js';
import { metricOf } from '../support/following/observe.js';
import { faultsOf, NO_FAULTS } from '../support/following/sequence.js';
import { SteadyWriter } from '../support/following/steady-writer.js';
import { recordRun } from '../support/record-run.js';
import { redisInstalled, startRedis } from '../support/redis.js';
import { ServerProcess } from '../support/server-process.js';

/** The number of lost wake-ups after which a test ends. */
const LOSSES = Number(process.env['LOSSY_MESSAGES'] ?? 5);
const SEED = Number(process.env['LOSSY_SEED'] ?? Date.now() % 1_000_000);
const CLIENTS = 40;
const CHANNELS = 20;
const EVENTS_PER_SECOND = 200;
const DETECTED_WITHIN_MS = 5_000;
const SILENCE_DETECTED_WITHIN_MS = 10_000;

const cleanups: Array<() => Promise<void> | void> = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

type Kind = 'PostgreSQL' | 'Redis';

interface TestSetup {
  readonly gateway: ServerProcess;
  readonly proxy: FaultyProxy;
  readonly writer: SteadyWriter;
  readonly followers: readonly Follower[];
}

/** Starts a gateway whose bus proxy loses a share of the wake-ups, and a writer with a bus connection of its own. */
async function setUp(kind: Kind, lossShare: number): Promise<TestSetup> {
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
  const subscribers = await createSubscribers(database.url, { users: CLIENTS, channels: CHANNELS, secret });
  const writer = await SteadyWriter.start({
    databaseUrl: database.url,
    wire: redis === undefined ? new PostgresWire(database.url) : new RedisWire(redis.url, 'lossy'),
    channels: [...new Set(subscribers.map(({ channel }) => channel))],
    perSecond: EVENTS_PER_SECOND,
  });
  cleanups.push(() => writer.stop());
  const head = (channel: string) => writer.headOf(channel);
  const followers = subscribers.map(
    ({ token, channel }) => new Follower({ address: () => gateway.url, token, channel, dice, head }),
  );
  cleanups.push(() => followers.forEach((follower) => follower.stop()));
  for (const follower of followers) follower.start();
  await eventually('all clients are connected', () => followers.every(({ currentSince }) => currentSince > 0));
  return { gateway, proxy, writer, followers };
}

async function expectEverything({ writer, followers }: TestSetup): Promise<void> {
  await writer.stop();
  await eventually('every client has every event', () =>
    followers.every((follower) => follower.sequence.last === writer.headOf(follower.channel)),
  );
  expect(faultsOf(followers.map(({ sequence }) => sequence))).toEqual(NO_FAULTS);
  for (const { closes, sequence } of followers) expect([closes, sequence.restarts]).toEqual([[], 0]);
}

const maxDelay = (followers: readonly Follower[]) => Math.max(...followers.map((follower) => follower.maxDelayMs));

const kinds: Kind[] = redisInstalled ? ['PostgreSQL', 'Redis'] : ['PostgreSQL'];

describe.each(kinds)('a bus on %s', (kind) => {
  it.each([0.01, 0.5, 1])(
    'that silently loses a share of %d of its messages loses no event and delays none by 5 s',
    async (share) => {
      const setup = await setUp(kind, share);
      await eventually(`${LOSSES} wake-ups are lost`, () => setup.proxy.lost >= LOSSES, LOSSES * 20_000);
      await delay(DETECTED_WITHIN_MS);
      await expectEverything(setup);
      const received = setup.followers.reduce((sum, { sequence }) => sum + sequence.received, 0);
      recordRun({
        fault: `messages of the bus are lost (${kind}, one of ${Math.round(1 / share)})`,
        options: { LOSSY_MESSAGES: LOSSES, LOSSY_SEED: SEED },
        figures: {
          'messages lost': setup.proxy.lost,
          events: setup.writer.written,
          deliveries: received,
          ...faultsOf(setup.followers.map(({ sequence }) => sequence)),
          'maximum delay': `${maxDelay(setup.followers)} ms`,
        },
      });
      expect(maxDelay(setup.followers)).toBeLessThan(DETECTED_WITHIN_MS);
    },
    60_000 + LOSSES * 20_000,
  );

  it('whose connection stalls without closing is detected within 10 s, and no event is delayed by 5 s', async () => {
    const setup = await setUp(kind, 0);
    expect(await metricOf(setup.gateway, 'tidings_bus_connected')).toBe(1);
    const begin = performance.now();
    expect(setup.proxy.silence()).toBeGreaterThan(0);
    const outage = async () => (await metricOf(setup.gateway, 'tidings_bus_outages')) === 1;
    await eventually('the outage is detected', outage, 15_000);
    const detectedMs = performance.now() - begin;
    const isConnected = async () => (await metricOf(setup.gateway, 'tidings_bus_connected')) === 1;
    await eventually('the bus is connected again', isConnected, 15_000);
    const recoveredMs = performance.now() - begin;
    await expectEverything(setup);
    console.log(
      `${kind}: detected after ${Math.round(detectedMs)} ms, connected after ${Math.round(recoveredMs)} ms, ` +
        `maximum delay of an event ${maxDelay(setup.followers)} ms`,
    );
    expect(detectedMs).toBeLessThan(SILENCE_DETECTED_WITHIN_MS);
    expect(maxDelay(setup.followers)).toBeLessThan(DETECTED_WITHIN_MS);
    expect(setup.gateway.printed.match(/lost the bus connection/g)).toHaveLength(1);
  }, 60_000);
});
