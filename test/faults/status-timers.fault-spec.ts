import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import pg from 'pg';
import type { JobQueue } from '../../src/platform/queues/job-queue.js';
import { Api, signUp } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { ServerProcess } from '../support/server-process.js';
import { TestSocket } from '../support/socket.js';

/** The number of timers due at one moment. `STATUS_TIMERS=10000` tests the documented promise. */
const TIMERS = Number(process.env['STATUS_TIMERS'] ?? 2_000);
const WAITING = 100_000;
const DONE_WITHIN_MS = 15_000;
const MAX_DELAY_MS = 5_000;
const SECRETS = {
  JWT_SECRET: 'a secret of the tests, long enough',
  SECRETS_KEY: Buffer.alloc(32, 7).toString('base64'),
};

let database: TestDatabase;
let client: pg.Client;
let apiServer: RunningTidings | undefined;
let workers: ServerProcess[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.dispose()));
  await apiServer?.stop();
  await client.end();
  await database.drop();
  [apiServer, workers] = [undefined, []];
});

/** Starts a process with the worker role only. */
async function startWorker(settings: Record<string, string> = {}): Promise<ServerProcess> {
  const worker = await ServerProcess.make({ ROLE: 'worker', DATABASE_URL: database.url, ...SECRETS, ...settings });
  workers.push(worker);
  await worker.start();
  return worker;
}

/** Starts the api and gateway roles, without a worker. */
async function startApi(): Promise<RunningTidings> {
  apiServer = await startTidings({ ROLE: 'api,gateway', DATABASE_URL: database.url, ...SECRETS });
  return apiServer;
}

async function makeUsers(count: number): Promise<void> {
  await client.query(
    `INSERT INTO users (id, email, name) SELECT gen_random_uuid(), 'many' || n || '@example.com', 'many'
     FROM generate_series(1, $1::int) AS n`,
    [count],
  );
}

/** @returns the due time by the clock of the database, which runs on this machine */
async function setAllTimers(inSeconds: number): Promise<number> {
  const { rows } = await client.query<{ due: Date }>(
    `WITH moment AS (SELECT clock_timestamp() + make_interval(secs => $1) AS due),
     made AS (
       INSERT INTO user_statuses (user_id, status, activate_at, goal)
       SELECT id, 'pending', due, 0 FROM users, moment)
     SELECT due FROM moment`,
    [inSeconds],
  );
  return rows[0]?.due.getTime() ?? 0;
}

async function count(sql: string): Promise<number> {
  const { rows } = await client.query<{ count: string }>(`SELECT count(*) FROM ${sql}`);
  return Number(rows[0]?.count);
}

const activatedCount = () => count(`user_statuses WHERE status = 'active' AND goal = 1`);

async function expectOnceEach(userCount: number): Promise<void> {
  const events = `events JOIN channels ON channels.id = channel_id WHERE type = 'user:status_updated'`;
  expect({
    flips: await activatedCount(),
    records: await count('user_transactions'),
    recorded: await count('(SELECT DISTINCT user_id FROM user_transactions) AS users'),
    events: await count(events),
    notified: await count(`(SELECT DISTINCT name FROM ${events} AND name LIKE 'user:%') AS channels`),
  }).toEqual({ flips: userCount, records: userCount, recorded: userCount, events: userCount, notified: userCount });
}

/** Signs up a user and connects them. */
async function connectUser({ api, url }: RunningTidings, email: string): Promise<TestSocket> {
  const user: Api = await signUp(api, email);
  return TestSocket.connect(url, user.token);
}

describe('many timers that are due at one moment while a worker is killed', () => {
  it(`fire once each and notify each user once, within ${DONE_WITHIN_MS / 1_000} s`, async () => {
    const tidings = await startApi();
    await makeUsers(TIMERS);
    const socket = await connectUser(tidings, 'one-of-them@example.com');
    const [first] = await Promise.all([startWorker(), startWorker()]);
    const userCount = await count('users');
    const due = await setAllTimers(2);
    const atKill = await eventually('some timers have fired', async () => {
      const done = await activatedCount();
      return done > 0 && done;
    });
    await first?.kill();
    await eventually('all timers have fired', async () => (await activatedCount()) === userCount, 60_000);
    const tookMs = Date.now() - due;
    await first?.start();
    await socket.waitFor(({ type }) => type === 'user:status_updated', 'the event of the user arrives');
    await expectOnceEach(userCount);
    expect(socket.ofType('user:status_updated')).toHaveLength(1);
    console.log(`${userCount} timers: ${atKill} fired before the kill, all ${tookMs} ms after they were due`);
    expect(tookMs).toBeLessThan(DONE_WITHIN_MS);
  });
});

describe('timers that expire while no worker runs', () => {
  it(`fire within ${MAX_DELAY_MS / 1_000} s after a worker starts`, async () => {
    const worker = await startWorker();
    await worker.kill();
    await makeUsers(200);
    await setAllTimers(-1);
    await worker.start();
    const ready = Date.now();
    await eventually('all timers have fired', async () => (await activatedCount()) === 200, MAX_DELAY_MS);
    console.log(`200 expired timers: all ${Date.now() - ready} ms after the worker was ready`);
    await expectOnceEach(200);
  });
});

describe('a pending timer whose worker has its clock set', () => {
  it.each([
    ['forward', 3_600_000],
    ['back', -3_600_000],
  ])(`an hour %s fires once, not early and at most ${MAX_DELAY_MS / 1_000} s late`, async (_where, stepMs) => {
    const tidings = await startApi();
    const worker = await startWorker({
      NODE_OPTIONS: `--import ${join(import.meta.dirname, '../support/stepping-clock.mjs')}`,
      CLOCK_STEP_MS: String(stepMs),
    });
    const { api } = tidings;
    const due = Date.now() + 3_000;
    const timer = { status: 'pending', activateAt: new Date(due).toISOString() };
    expect((await api.put(`/v1/users/${api.userId}/status`, timer)).status).toBe(200);
    const jobs = tidings.app.get<JobQueue<object>>('JobQueue:status-timers', { strict: false });
    await eventually('its job is scheduled', async () => (await jobs.backlog()) > 0);
    process.kill(worker.pid, 'SIGUSR2');
    await eventually(
      'the timer has fired',
      async () => (await activatedCount()) === 1,
      due - Date.now() + MAX_DELAY_MS,
    );
    await expectOnceEach(1);
    expect(await count('user_transactions WHERE created_at < (SELECT activate_at FROM user_statuses)')).toBe(0);
  });
});

describe('a hundred thousand pending timers', () => {
  it('cost at most three blocks for each poll and delay no due timer', async () => {
    await makeUsers(WAITING);
    await setAllTimers(86_400);
    await client.query('ANALYZE user_statuses');
    await startWorker();
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }>(
      `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON)
       SELECT user_id FROM user_statuses WHERE status = 'pending' AND activate_at <= now()
       ORDER BY activate_at LIMIT 500 FOR NO KEY UPDATE SKIP LOCKED`,
    );
    const plan = rows[0]?.['QUERY PLAN'][0].Plan;
    const blocks = Number(plan?.['Shared Hit Blocks']) + Number(plan?.['Shared Read Blocks']);
    expect(blocks).toBeLessThanOrEqual(3);
    await client.query(
      `UPDATE user_statuses SET activate_at = clock_timestamp() + interval '1 second'
       WHERE user_id = (SELECT min(user_id::text)::uuid FROM user_statuses)`,
    );
    await eventually('the due timer has fired', async () => (await activatedCount()) === 1, 1_000 + MAX_DELAY_MS);
    console.log(`${WAITING} timers: a poll reads ${blocks} blocks in ${plan?.['Actual Total Time']} ms`);
  });
});
