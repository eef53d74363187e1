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

/** Due at one moment. `STATUS_TIMERS=10000` for the whole promise. */
const TIMERS = Number(process.env['STATUS_TIMERS'] ?? 2_000);
const WAITING = 100_000;
const DONE_WITHIN_MS = 15_000;
const LATEST_MS = 5_000;
const SECRETS = {
  JWT_SECRET: 'a secret of the tests, long enough',
  SECRETS_KEY: Buffer.alloc(32, 7).toString('base64'),
};

let database: TestDatabase;
let client: pg.Client;
let front: RunningTidings | undefined;
let workers: ServerProcess[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.dispose()));
  await front?.stop();
  await client.end();
  await database.drop();
  [front, workers] = [undefined, []];
});

/** A process that only works. */
async function startWorker(settings: Record<string, string> = {}): Promise<ServerProcess> {
  const worker = await ServerProcess.make({ ROLE: 'worker', DATABASE_URL: database.url, ...SECRETS, ...settings });
  workers.push(worker);
  await worker.start();
  return worker;
}

/** What people talk to, without a worker. */
async function startFront(): Promise<RunningTidings> {
  front = await startTidings({ ROLE: 'api,gateway', DATABASE_URL: database.url, ...SECRETS });
  return front;
}

async function makePeople(count: number): Promise<void> {
  await client.query(
    `INSERT INTO users (id, email, name) SELECT gen_random_uuid(), 'many' || n || '@example.com', 'many'
     FROM generate_series(1, $1::int) AS n`,
    [count],
  );
}

/** @returns when they are due, by the clock of the database, which is ours */
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

const flipped = () => count(`user_statuses WHERE status = 'active' AND goal = 1`);

async function expectOnceEach(people: number): Promise<void> {
  const events = `events JOIN channels ON channels.id = channel_id WHERE type = 'user:status_updated'`;
  expect({
    flips: await flipped(),
    records: await count('user_transactions'),
    recorded: await count('(SELECT DISTINCT user_id FROM user_transactions) AS users'),
    events: await count(events),
    told: await count(`(SELECT DISTINCT name FROM ${events} AND name LIKE 'user:%') AS channels`),
  }).toEqual({ flips: people, records: people, recorded: people, events: people, told: people });
}

/** Somebody among the many, who listens. */
async function listener({ api, url }: RunningTidings, email: string): Promise<TestSocket> {
  const user: Api = await signUp(api, email);
  return TestSocket.connect(url, user.token);
}

describe('many timers that are due at one moment, while a worker is killed among them', () => {
  it(`flip once each and tell each user once, within ${DONE_WITHIN_MS / 1_000} s`, async () => {
    const tidings = await startFront();
    await makePeople(TIMERS);
    const socket = await listener(tidings, 'one-of-them@example.com');
    const [first] = await Promise.all([startWorker(), startWorker()]);
    const people = await count('users');
    const due = await setAllTimers(2);
    const atKill = await eventually('the middle', async () => {
      const done = await flipped();
      return done > 0 && done;
    });
    await first?.kill();
    await eventually('all flips', async () => (await flipped()) === people, 60_000);
    const tookMs = Date.now() - due;
    await first?.start();
    await socket.waitFor(({ type }) => type === 'user:status_updated', 'the private event');
    await expectOnceEach(people);
    expect(socket.ofType('user:status_updated')).toHaveLength(1);
    console.log(`${people} timers: ${atKill} flipped at the kill, all ${tookMs} ms after they were due`);
    expect(tookMs).toBeLessThan(DONE_WITHIN_MS);
  });
});

describe('timers that ran out while no worker was there', () => {
  it(`flip within ${LATEST_MS / 1_000} s after one is back`, async () => {
    const worker = await startWorker();
    await worker.kill();
    await makePeople(200);
    await setAllTimers(-1);
    await worker.start();
    const ready = Date.now();
    await eventually('all flips', async () => (await flipped()) === 200, LATEST_MS);
    console.log(`200 timers that had run out: all ${Date.now() - ready} ms after the worker was ready`);
    await expectOnceEach(200);
  });
});

describe('a timer that waits while the clock of its worker is set', () => {
  it.each([
    ['forward', 3_600_000],
    ['back', -3_600_000],
  ])(`an hour %s flips once, not before its time and within ${LATEST_MS / 1_000} s of it`, async (_where, stepMs) => {
    const tidings = await startFront();
    const worker = await startWorker({
      NODE_OPTIONS: `--import ${join(import.meta.dirname, '../support/stepping-clock.mjs')}`,
      CLOCK_STEP_MS: String(stepMs),
    });
    const { api } = tidings;
    const due = Date.now() + 3_000;
    const timer = { status: 'pending', activateAt: new Date(due).toISOString() };
    expect((await api.put(`/v1/users/${api.userId}/status`, timer)).status).toBe(200);
    const alarms = tidings.app.get<JobQueue<object>>('JobQueue:status-timers', { strict: false });
    await eventually('its alarm is set', async () => (await alarms.backlog()) > 0);
    process.kill(worker.pid, 'SIGUSR2');
    await eventually('the flip', async () => (await flipped()) === 1, due - Date.now() + LATEST_MS);
    await expectOnceEach(1);
    expect(await count('user_transactions WHERE created_at < (SELECT activate_at FROM user_statuses)')).toBe(0);
  });
});

describe('a hundred thousand timers that wait', () => {
  it('have no jobs, cost a look at three blocks, and make none of those that are due late', async () => {
    await makePeople(WAITING);
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
    await eventually('the one that is due', async () => (await flipped()) === 1, 1_000 + LATEST_MS);
    console.log(`${WAITING} timers: a look reads ${blocks} blocks in ${plan?.['Actual Total Time']} ms`);
  });
});
