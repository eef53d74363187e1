import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { Dice } from '../support/dice.js';
import { eventually } from '../support/eventually.js';
import { createSubscribers } from '../support/following/subscribers.js';
import { Follower } from '../support/following/follower.js';
import { Observer, metricOf, percentile } from '../support/following/observe.js';
import { faultsOf, NO_FAULTS } from '../support/following/sequence.js';
import { SteadyWriter } from '../support/following/steady-writer.js';
import { busWire } from '../support/following/bus-wire.js';
import { ServerProcess } from '../support/server-process.js';

const CLIENTS = Number(process.env['STORM_CLIENTS'] ?? 600);
const SEED = Number(process.env['STORM_SEED'] ?? Date.now() % 1_000_000);
const CONNECT_MS = 10_000;
const RECOVERY_MS = 30_000;
const CHANNELS = 100;
const EVENTS_PER_SECOND = 100;
/** Connections that a process may hold: its pool, its queues and its bus. */
const POOL = 12;
const MAX_CONNECTIONS_EACH = POOL + 8;

let database: TestDatabase;
let gateways: ServerProcess[];
let writer: SteadyWriter;
let followers: Follower[];

beforeAll(async () => {
  console.log(`${CLIENTS} clients, seed ${SEED}`);
  database = await createTestDatabase();
  const secret = randomBytes(32).toString('hex');
  const settings = {
    DATABASE_URL: database.url,
    DATABASE_POOL: String(POOL),
    JWT_SECRET: secret,
    SECRETS_KEY: randomBytes(32).toString('base64'),
    ROLE: 'gateway',
    REDIS_PREFIX: `storm-${process.pid}`,
  };
  gateways = await Promise.all([ServerProcess.make(settings), ServerProcess.make(settings)]);
  for (const gateway of gateways) await gateway.start();
  const subscribers = await createSubscribers(database.url, { users: CLIENTS, channels: CHANNELS, secret });
  const channels = [...new Set(subscribers.map(({ channel }) => channel))];
  const wire = busWire(database.url, settings.REDIS_PREFIX);
  writer = await SteadyWriter.start({ databaseUrl: database.url, wire, channels, perSecond: EVENTS_PER_SECOND });
  const dice = new Dice(SEED);
  let attempts = 0;
  // Chooses the running servers round-robin, like a load balancer.
  const address = () => {
    const up = gateways.filter(({ isRunning }) => isRunning);
    return up[attempts++ % up.length]?.url ?? '';
  };
  followers = subscribers.map(({ token, channel }, i) => {
    const from = `127.0.0.${2 + (i % 200)}`;
    return new Follower({ address, token, channel, dice, from, head: (name) => writer.headOf(name) });
  });
}, 120_000);
afterAll(async () => {
  for (const follower of followers ?? []) follower.stop();
  await writer?.stop();
  for (const gateway of gateways ?? []) await gateway.dispose();
  await database?.drop();
});

const caughtUpCount = () => followers.filter(({ currentSince }) => currentSince > 0).length;
async function waitUntilCaughtUp(withinMs: number): Promise<void> {
  const progress = setInterval(() => console.log(`${caughtUpCount()} have caught up, ${refusals()} refused`), 5_000);
  await eventually('all clients have caught up', () => caughtUpCount() === CLIENTS, withinMs).finally(() =>
    clearInterval(progress),
  );
}
const refusals = () => followers.reduce((sum, follower) => sum + follower.refusals, 0);
async function cpuSeconds(): Promise<number> {
  const each = await Promise.all(gateways.map((gateway) => metricOf(gateway, 'process_cpu_seconds_total')));
  return each.reduce((sum, seconds) => sum + seconds, 0);
}
const ms = (value: number) => `${Math.round(value)} ms`;

describe(`${CLIENTS} clients`, () => {
  it(
    'all connect within 10 s, and all catch up within 30 s after the node of half of them is killed',
    async () => {
      const [killed, survivor] = gateways as [ServerProcess, ServerProcess];
      const emptyBytes = await metricOf(survivor, 'process_resident_memory_bytes');
      const arrival = new Observer(gateways, database.url);
      const cpuBefore = await cpuSeconds();
      const begin = performance.now();
      for (const follower of followers) {
        follower.start();
        const due = (followers.indexOf(follower) / CLIENTS) * CONNECT_MS;
        const early = due - (performance.now() - begin);
        if (early > 5) await delay(early);
      }
      await waitUntilCaughtUp(RECOVERY_MS);
      await arrival.stop();
      const connected = followers.map(({ currentSince }) => currentSince - begin);
      const cpu = (await cpuSeconds()) - cpuBefore;
      const fullBytes = await metricOf(survivor, 'process_resident_memory_bytes');
      const here = followers.filter(({ server }) => server === survivor.url).length;
      console.log(
        `connected: all after ${ms(Math.max(...connected))}, each in p50 ${ms(
          percentile(
            followers.map(({ catchUps }) => catchUps[0] ?? 0),
            0.5,
          ),
        )}, ` +
          `p99 ${ms(
            percentile(
              followers.map(({ catchUps }) => catchUps[0] ?? 0),
              0.99,
            ),
          )}; refused ${refusals()}; ` +
          `event loop p99 at most ${ms(arrival.worstLagMs)}; PostgreSQL connections ${arrival.maxConnections}, transactions ${arrival.transactions}; ` +
          `CPU of the gateways ${cpu.toFixed(1)} s; memory ${((fullBytes - emptyBytes) / here / 1024).toFixed(1)} KiB for each of ${here}`,
      );

      const storm = new Observer([survivor], database.url);
      const victims = followers.filter(({ server }) => server === killed.url);
      expect(victims.length).toBeGreaterThan(CLIENTS * 0.4);
      const bystanders = followers.filter(({ server }) => server === survivor.url);
      const refusedBefore = refusals();
      // Some clients were refused and reconnected while all connected at once.
      const bystanderCloses = () => bystanders.reduce((sum, { closes }) => sum + closes.length, 0);
      const closesBefore = bystanderCloses();
      const killedAt = performance.now();
      await killed.kill();
      await eventually('the connections of the victims close', () => victims.every(({ closes }) => closes.length > 0));
      await waitUntilCaughtUp(RECOVERY_MS);
      await storm.stop();
      const recoveries = victims.map(({ currentSince }) => currentSince - killedAt);
      const replays = victims.map(({ catchUps }) => catchUps.at(-1) ?? 0);
      console.log(
        `killed the node of ${victims.length}: recovered p50 ${ms(percentile(recoveries, 0.5))}, p99 ${ms(percentile(recoveries, 0.99))}, ` +
          `all after ${ms(Math.max(...recoveries))}; from the connection attempt to the last missed event p50 ${ms(percentile(replays, 0.5))}, ` +
          `p99 ${ms(percentile(replays, 0.99))}; refused ${refusals() - refusedBefore}; ` +
          `event loop p99 at most ${ms(storm.worstLagMs)}; PostgreSQL connections ${storm.maxConnections}, transactions ${storm.transactions}`,
      );
      expect(Math.max(...recoveries)).toBeLessThan(RECOVERY_MS);

      await delay(1_000);
      await writer.stop();
      await eventually(
        'every client has every event',
        () => followers.every((follower) => follower.sequence.last === writer.headOf(follower.channel)),
        10_000,
      );
      const sequences = followers.map(({ sequence }) => sequence);
      const received = sequences.reduce((sum, sequence) => sum + sequence.received, 0);
      console.log(`${writer.written} events, ${received} received, ${JSON.stringify(faultsOf(sequences))}`);
      expect(faultsOf(sequences)).toEqual(NO_FAULTS);
      expect(sequences.every(({ restarts }) => restarts === 0)).toBe(true);
      expect(bystanderCloses()).toBe(closesBefore);
      // The writer, the observer and the two gateways.
      expect(Math.max(arrival.maxConnections, storm.maxConnections)).toBeLessThan(2 * MAX_CONNECTIONS_EACH + 6);
    },
    CONNECT_MS + 3 * RECOVERY_MS,
  );
});
