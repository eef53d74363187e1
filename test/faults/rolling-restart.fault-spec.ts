import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { Dice } from '../support/dice.js';
import { eventually } from '../support/eventually.js';
import { addSubscribers } from '../support/following/subscribers.js';
import { Follower } from '../support/following/follower.js';
import { percentile } from '../support/following/observe.js';
import { faultsOf, NO_FAULTS } from '../support/following/sequence.js';
import { ServerProcess, signInAsAdministrator } from '../support/server-process.js';
import { githubHeaders, makeSource, webhookEvents, type TestSource } from '../support/webhooks.js';

const CLIENTS = Number(process.env['ROLLING_CLIENTS'] ?? 100);
const ROUNDS = Number(process.env['ROLLING_ROUNDS'] ?? 1);
const SEED = Number(process.env['ROLLING_SEED'] ?? Date.now() % 1_000_000);
const SENDERS = 30;
const PAUSE_MS = 500;
const LEAD_MS = 500;
const RESTART = 1012;

/** Sends webhooks one after the other, retrying each until it is acknowledged. */
class Sender {
  /** Ids of the acknowledged deliveries. */
  readonly acknowledged: string[] = [];
  /** Status codes other than 202 and 503, which a sender must not receive. */
  readonly unexpected: number[] = [];
  retries = 0;
  private stopped = false;

  constructor(private readonly source: TestSource) {}

  async run(): Promise<void> {
    while (!this.stopped) {
      await this.send();
      await delay(PAUSE_MS);
    }
  }

  stop(): void {
    this.stopped = true;
  }

  private async send(): Promise<void> {
    const deliveryId = randomUUID();
    const body = JSON.stringify({ ref: 'refs/heads/main', after: deliveryId });
    const headers = githubHeaders({ body, deliveryId, secret: this.source.secret });
    for (;;) {
      const answer = await fetch(this.source.url, { method: 'POST', headers, body }).catch(() => undefined);
      if (answer?.status === 202) {
        const { deliveryId: id } = (await answer.json()) as { deliveryId: string };
        this.acknowledged.push(id);
        return;
      }
      if (answer !== undefined && answer.status !== 503) this.unexpected.push(answer.status);
      this.retries++;
      await delay(100);
    }
  }
}

let database: TestDatabase;
let processes: Record<'api' | 'worker' | 'one' | 'other', ServerProcess>;

beforeAll(async () => {
  console.log(`${CLIENTS} clients, seed ${SEED}`);
  database = await createTestDatabase();
  const settings = {
    DATABASE_URL: database.url,
    DATABASE_POOL: '8',
    JWT_SECRET: randomBytes(32).toString('hex'),
    SECRETS_KEY: randomBytes(32).toString('base64'),
    REDIS_PREFIX: `rolling-${process.pid}`,
    DRAIN_LEAD_MS: String(LEAD_MS),
  };
  const make = (role: string) => ServerProcess.make({ ...settings, ROLE: role });
  processes = {
    api: await make('api'),
    worker: await make('worker'),
    one: await make('gateway'),
    other: await make('gateway'),
  };
  for (const server of Object.values(processes)) await server.start();
}, 120_000);
afterAll(async () => {
  for (const server of Object.values(processes ?? {})) await server.dispose();
  await database?.drop();
});

describe('a rolling restart under load', () => {
  it(
    'of all roles loses no webhook and no event, and closes only the sockets of the restarting gateway',
    async () => {
      const { api: server, one, other } = processes;
      const { api, workspaceId } = await signInAsAdministrator(server.url);
      const source = await makeSource(api, workspaceId, { provider: 'github' });
      const subscribers = await addSubscribers(database.url, workspaceId, {
        users: CLIENTS,
        secret: server.setting('JWT_SECRET'),
      });
      const dice = new Dice(SEED);
      const proxy = await Proxy.start([one, other]);
      const followers = subscribers.map(
        ({ token, channel }) => new Follower({ address: proxy.choose, token, channel, dice }),
      );
      const senders = Array.from({ length: SENDERS }, () => new Sender(source));
      const sending = Promise.all(senders.map((sender) => sender.run()));
      for (const follower of followers) follower.start();
      const waitUntilCaughtUp = () =>
        eventually('all clients are connected', () => followers.every(({ currentSince }) => currentSince > 0), 60_000);
      await waitUntilCaughtUp();

      for (let round = 0; round < ROUNDS; round++) {
        for (const [name, restarted] of Object.entries(processes)) {
          const at = new Map(followers.map((follower) => [follower, follower.server]));
          const closesBefore = new Map(followers.map((follower) => [follower, follower.closes.length]));
          const catchUpsBefore = followers.map(({ catchUps }) => catchUps.length);
          const { code, tookMs } = await restarted.terminate();
          const startedInMs = await restarted.start();
          await waitUntilCaughtUp();
          const moved = followers.filter((follower) => at.get(follower) === restarted.url);
          const closes = followers.flatMap((follower) => follower.closes.slice(closesBefore.get(follower)));
          const took = followers.flatMap(({ catchUps }, i) => catchUps.slice(catchUpsBefore[i]));
          console.log(
            `${name}: exited with ${code} after ${Math.round(tookMs)} ms, started in ${Math.round(startedInMs)} ms; ` +
              `${closes.length} sockets moved, caught up in p50 ${Math.round(percentile(took, 0.5))} ms, ` +
              `p99 ${Math.round(percentile(took, 0.99))} ms`,
          );
          expect(code).toBe(0);
          expect(closes.filter(({ server: from }) => from !== restarted.url)).toEqual([]);
          expect(closes.map((each) => each.code)).toEqual(moved.map(() => RESTART));
        }
      }

      for (const sender of senders) sender.stop();
      await sending;
      const acknowledged = senders.flatMap((sender) => sender.acknowledged);
      const retries = senders.reduce((sum, sender) => sum + sender.retries, 0);
      const events = await eventually(
        'every acknowledged webhook is in the log',
        async () => {
          const found = await webhookEvents(api, workspaceId);
          return found.length >= acknowledged.length && found;
        },
        30_000,
      );
      expect(events.map(({ payload }) => payload.deliveryId).toSorted()).toEqual(acknowledged.toSorted());
      const head = events.at(-1)?.offset ?? 0;
      await eventually('every client has every event', () => followers.every(({ sequence }) => sequence.last === head));
      const faults = faultsOf(
        followers.map(({ sequence }) => sequence),
        head,
      );
      const mostReceived = Math.max(...followers.map(({ sequence }) => sequence.received));
      console.log(
        `${acknowledged.length} webhooks, ${retries} sent again, ${head} events, up to ${mostReceived} for one client: ` +
          `${JSON.stringify(faults)}; refused upgrades ${followers.reduce((sum, { refusals }) => sum + refusals, 0)}`,
      );
      expect(senders.flatMap(({ unexpected }) => unexpected)).toEqual([]);
      expect(faults).toEqual(NO_FAULTS);
      expect(followers.every(({ sequence }) => sequence.restarts === 0)).toBe(true);
      for (const follower of followers) follower.stop();
      proxy.stop();
    },
    60_000 + ROUNDS * 240_000,
  );
});

/** A load balancer that sends new connections round-robin to the gateways that pass its health check. */
class Proxy {
  private next = 0;
  private stopped = false;
  private ready: readonly ServerProcess[];

  private constructor(private readonly gateways: readonly ServerProcess[]) {
    this.ready = gateways;
  }

  static async start(gateways: readonly ServerProcess[]): Promise<Proxy> {
    const proxy = new Proxy(gateways);
    void proxy.checkHealth();
    return proxy;
  }

  readonly choose = (): string => this.ready[this.next++ % this.ready.length]?.url ?? '';

  stop(): void {
    this.stopped = true;
  }

  private async checkHealth(): Promise<void> {
    while (!this.stopped) {
      const states = await Promise.all(this.gateways.map(stateOf));
      const inState = (state: string) => this.gateways.filter((_, i) => states[i] === state);
      // A running gateway that is not ready is still better than one that refuses connections.
      const choice = [inState('ready'), inState('unready')].find((gateways) => gateways.length > 0);
      this.ready = choice ?? this.ready;
      await delay(LEAD_MS / 2);
    }
  }
}

const stateOf = ({ url }: ServerProcess): Promise<string> =>
  fetch(`${url}/health/ready`).then(
    ({ ok }) => (ok ? 'ready' : 'unready'),
    () => 'away',
  );
