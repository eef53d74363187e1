import { afterEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { LogRetention } from '../../src/platform/events/log-retention.js';
import { createTestDatabase } from '../support/database.js';
import { Dice } from '../support/dice.js';
import { eventually } from '../support/eventually.js';
import { createSubscribers } from '../support/following/subscribers.js';
import { busWire } from '../support/following/bus-wire.js';
import { Follower } from '../support/following/follower.js';
import { faultsOf, NO_FAULTS } from '../support/following/sequence.js';
import { SteadyWriter } from '../support/following/steady-writer.js';
import { recordRun } from '../support/record-run.js';
import { ServerProcess } from '../support/server-process.js';

const DELIVERIES = Number(process.env['RESUME_DELIVERIES'] ?? 100_000);
const SEED = Number(process.env['RESUME_SEED'] ?? Date.now() % 1_000_000);
const CLIENTS = 50;
const CHANNELS = 2;
const EVENTS_PER_SECOND = 400;
const KEPT = 100;
const FAULT_EVERY_MS = 40;
const MAX_SLEEP_MS = 3_000;

const cleanups: Array<() => Promise<void> | void> = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

interface TestSetup {
  readonly writer: SteadyWriter;
  readonly followers: readonly Follower[];
  readonly dice: Dice;
}

async function setUp(): Promise<TestSetup> {
  console.log(`${DELIVERIES} deliveries, seed ${SEED}`);
  const database = await createTestDatabase();
  cleanups.push(() => database.drop());
  const secret = randomBytes(32).toString('hex');
  const settings = {
    DATABASE_URL: database.url,
    JWT_SECRET: secret,
    SECRETS_KEY: randomBytes(32).toString('base64'),
    ROLE: 'gateway',
    REDIS_PREFIX: `race-${process.pid}`,
  };
  const nodes = await Promise.all([ServerProcess.make(settings), ServerProcess.make(settings)]);
  for (const node of nodes) {
    cleanups.push(() => node.dispose());
    await node.start();
  }
  const subscribers = await createSubscribers(database.url, { users: CLIENTS, channels: CHANNELS, secret });
  const writer = await SteadyWriter.start({
    databaseUrl: database.url,
    wire: busWire(database.url, settings.REDIS_PREFIX),
    channels: [...new Set(subscribers.map(({ channel }) => channel))],
    perSecond: EVENTS_PER_SECOND,
  });
  cleanups.push(() => writer.stop());
  const dice = new Dice(SEED);
  const address = () => nodes[dice.below(nodes.length)]?.url ?? '';
  const head = (channel: string) => writer.headOf(channel);
  const followers = subscribers.map(({ token, channel }) => new Follower({ address, token, channel, dice, head }));
  cleanups.push(() => followers.forEach((follower) => follower.stop()));
  for (const follower of followers) follower.start();
  await eventually('all clients are connected', () => followers.every(({ currentSince }) => currentSince > 0));
  return { writer, followers, dice };
}

const received = (followers: readonly Follower[]) =>
  followers.reduce((sum, { sequence }) => sum + sequence.received, 0);

/** Cuts random connections, half of them after a pause without reading, until enough events are delivered. */
async function injectFaults({ followers, dice }: TestSetup): Promise<{ cuts: number; sleeps: number }> {
  const count = { cuts: 0, sleeps: 0 };
  const asleep = new Set<Promise<void>>();
  while (received(followers) < DELIVERIES) {
    await delay(FAULT_EVERY_MS);
    const victim = followers[dice.below(followers.length)];
    count.cuts++;
    if (dice.chance(0.5)) victim?.cut();
    else {
      count.sleeps++;
      victim?.suspend();
      const sleep = delay(dice.below(MAX_SLEEP_MS)).then(() => victim?.cut());
      asleep.add(sleep.finally(() => asleep.delete(sleep)));
    }
  }
  await Promise.all(asleep);
  return count;
}

async function settle({ writer, followers }: TestSetup): Promise<void> {
  await writer.stop();
  await eventually(
    'every client is at the head of its channel',
    () => followers.every((follower) => follower.sequence.last === writer.headOf(follower.channel)),
    60_000,
  );
}

const restarts = (followers: readonly Follower[]) =>
  followers.reduce((sum, { sequence }) => sum + sequence.restarts, 0);

describe('clients that are cut or suspended at any moment while events are written', () => {
  const timeoutMs = 120_000 + DELIVERIES / 4;

  it(
    'receive every event once and in order',
    async () => {
      const setup = await setUp();
      const begin = performance.now();
      const { cuts, sleeps } = await injectFaults(setup);
      await settle(setup);
      const faults = faultsOf(setup.followers.map(({ sequence }) => sequence));
      recordRun({
        fault: 'clients are cut or suspended at any moment',
        options: { RESUME_DELIVERIES: DELIVERIES, RESUME_SEED: SEED },
        figures: {
          deliveries: received(setup.followers),
          cuts,
          'of them after a sleep': sleeps,
          ...faults,
          seconds: Math.round((performance.now() - begin) / 1_000),
        },
      });
      expect(cuts).toBeGreaterThan(20);
      expect(faults).toEqual(NO_FAULTS);
      expect(restarts(setup.followers)).toBe(0);
    },
    timeoutMs,
  );

  it(
    `are told of every loss while all but the last ${KEPT} events are repeatedly trimmed`,
    async () => {
      const setup = await setUp();
      const trim = new LogRetention(setup.writer.database);
      const done = new AbortController();
      let trimmed = 0;
      const trimmer = (async () => {
        while (!done.signal.aborted) {
          trimmed += await trim.run({ days: 3_650, count: KEPT });
          await delay(250);
        }
      })();
      const { cuts } = await injectFaults(setup);
      done.abort();
      await trimmer;
      await settle(setup);
      const faults = faultsOf(setup.followers.map(({ sequence }) => sequence));
      recordRun({
        fault: 'the log is trimmed while clients are cut or suspended',
        options: { RESUME_DELIVERIES: DELIVERIES, RESUME_SEED: SEED },
        figures: {
          deliveries: received(setup.followers),
          'events trimmed': trimmed,
          cuts,
          ...faults,
          'losses told': restarts(setup.followers),
        },
      });
      expect(restarts(setup.followers)).toBeGreaterThan(0);
      expect(faults).toEqual(NO_FAULTS);
    },
    timeoutMs,
  );
});
