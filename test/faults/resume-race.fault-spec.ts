import { afterEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { LogRetention } from '../../src/platform/events/log-retention.js';
import { createTestDatabase } from '../support/database.js';
import { Dice } from '../support/dice.js';
import { eventually } from '../support/eventually.js';
import { gatherAudience } from '../support/following/audience.js';
import { busWire } from '../support/following/bus-wire.js';
import { Follower } from '../support/following/follower.js';
import { faultsOf, NO_FAULTS } from '../support/following/sequence.js';
import { SteadyWriter } from '../support/following/steady-writer.js';
import { ServerProcess } from '../support/server-process.js';

const DELIVERIES = Number(process.env['RESUME_DELIVERIES'] ?? 100_000);
const SEED = Number(process.env['RESUME_SEED'] ?? Date.now() % 1_000_000);
const CLIENTS = 50;
const CHANNELS = 2;
const EVENTS_PER_SECOND = 400;
const KEPT = 100;
const TROUBLE_EVERY_MS = 40;
const LONGEST_SLEEP_MS = 3_000;

const cleanups: Array<() => Promise<void> | void> = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

interface Stage {
  readonly writer: SteadyWriter;
  readonly followers: readonly Follower[];
  readonly dice: Dice;
}

async function setUp(): Promise<Stage> {
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
  const audience = await gatherAudience(database.url, { users: CLIENTS, channels: CHANNELS, secret });
  const writer = await SteadyWriter.start({
    databaseUrl: database.url,
    wire: busWire(database.url, settings.REDIS_PREFIX),
    channels: [...new Set(audience.map(({ channel }) => channel))],
    perSecond: EVENTS_PER_SECOND,
  });
  cleanups.push(() => writer.stop());
  const dice = new Dice(SEED);
  const address = () => nodes[dice.below(nodes.length)]?.url ?? '';
  const head = (channel: string) => writer.headOf(channel);
  const followers = audience.map(({ token, channel }) => new Follower({ address, token, channel, dice, head }));
  cleanups.push(() => followers.forEach((follower) => follower.stop()));
  for (const follower of followers) follower.start();
  await eventually('all are connected', () => followers.every(({ currentSince }) => currentSince > 0));
  return { writer, followers, dice };
}

const received = (followers: readonly Follower[]) =>
  followers.reduce((sum, { sequence }) => sum + sequence.received, 0);

/** Cuts connections, half of them after a sleep in which nothing is read, until there were enough deliveries. */
async function trouble({ followers, dice }: Stage): Promise<{ cuts: number; sleeps: number }> {
  const count = { cuts: 0, sleeps: 0 };
  const asleep = new Set<Promise<void>>();
  while (received(followers) < DELIVERIES) {
    await delay(TROUBLE_EVERY_MS);
    const victim = followers[dice.below(followers.length)];
    count.cuts++;
    if (dice.chance(0.5)) victim?.cut();
    else {
      count.sleeps++;
      victim?.suspend();
      const sleep = delay(dice.below(LONGEST_SLEEP_MS)).then(() => victim?.cut());
      asleep.add(sleep.finally(() => asleep.delete(sleep)));
    }
  }
  await Promise.all(asleep);
  return count;
}

async function settle({ writer, followers }: Stage): Promise<void> {
  await writer.stop();
  await eventually(
    'everybody is at the end',
    () => followers.every((follower) => follower.sequence.last === writer.headOf(follower.channel)),
    60_000,
  );
}

const restarts = (followers: readonly Follower[]) =>
  followers.reduce((sum, { sequence }) => sum + sequence.restarts, 0);

describe('clients that are cut and fall asleep at any moment, beside a writer that goes on', () => {
  const patience = 120_000 + DELIVERIES / 4;

  it(
    'get every event once and in order',
    async () => {
      const stage = await setUp();
      const begin = performance.now();
      const { cuts, sleeps } = await trouble(stage);
      await settle(stage);
      const faults = faultsOf(stage.followers.map(({ sequence }) => sequence));
      console.log(
        `${received(stage.followers)} deliveries of ${stage.writer.written} events in ${Math.round((performance.now() - begin) / 1_000)} s, ` +
          `${cuts} cuts, ${sleeps} of them after a sleep: ${JSON.stringify(faults)}, ${restarts(stage.followers)} told to start over`,
      );
      expect(cuts).toBeGreaterThan(20);
      expect(faults).toEqual(NO_FAULTS);
      expect(restarts(stage.followers)).toBe(0);
    },
    patience,
  );

  it(
    `are told of every loss while all but the last ${KEPT} events are thrown away again and again`,
    async () => {
      const stage = await setUp();
      const trim = new LogRetention(stage.writer.database);
      const enough = new AbortController();
      let trimmed = 0;
      const trimmer = (async () => {
        while (!enough.signal.aborted) {
          trimmed += await trim.run({ days: 3_650, count: KEPT });
          await delay(250);
        }
      })();
      const { cuts } = await trouble(stage);
      enough.abort();
      await trimmer;
      await settle(stage);
      const faults = faultsOf(stage.followers.map(({ sequence }) => sequence));
      console.log(
        `${received(stage.followers)} deliveries of ${stage.writer.written} events, ${trimmed} of them thrown away, ${cuts} cuts: ` +
          `${JSON.stringify(faults)}, ${restarts(stage.followers)} told to start over`,
      );
      expect(restarts(stage.followers)).toBeGreaterThan(0);
      expect(faults).toEqual(NO_FAULTS);
    },
    patience,
  );
});
