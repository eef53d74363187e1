import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { JobQueue } from '../../../src/platform/queues/job-queue.js';
import { signUp, type Api, type Schemas } from '../../support/api.js';
import { startTidings, type RunningTidings } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';
import { TestSocket } from '../../support/socket.js';

type Status = Schemas['Status'];
type Records = { items: Schemas['Transaction'][] };

const DAY_MS = 86_400_000;
/** The guaranteed maximum delay. */
const LATEST_MS = 5_000;

let tidings: RunningTidings;
let admin: Api;
let users = 0;

beforeAll(async () => {
  tidings = await startTidings();
  admin = tidings.api;
});
afterAll(() => tidings.stop());

const newUser = (): Promise<Api> => signUp(admin, `user${++users}@example.com`);
const path = (user: Api, what = 'status') => `/v1/users/${user.userId}/${what}`;
const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();
const statusOf = async (user: Api): Promise<Status> => (await user.get<Status>(path(user))).body;
const recordsOf = async (user: Api) => (await user.get<Records>(path(user, 'transactions'))).body.items;
const isActive = async (user: Api) => (await statusOf(user)).status === 'active';

async function setTimer(user: Api, ms: number): Promise<void> {
  const { status, body } = await user.put<Status>(path(user), { status: 'pending', activateAt: inMs(ms) });
  expect({ status, said: body.status }).toEqual({ status: 200, said: 'pending' });
}

async function inDatabase<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client({ connectionString: tidings.databaseUrl });
  await client.connect();
  try {
    return (await client.query<Row>(sql, values)).rows;
  } finally {
    await client.end();
  }
}

const alarms = (): Promise<number> =>
  tidings.app.get<JobQueue<object>>('JobQueue:status-timers', { strict: false }).backlog();

describe('a status', () => {
  it('is inactive by default, and pending for three days unless another time is given', async () => {
    const user = await newUser();
    expect(await statusOf(user)).toEqual({ status: 'inactive', activateAt: null, goal: 0 });
    const { body } = await user.put<Status>(path(user), { status: 'pending' });
    expect(body).toMatchObject({ status: 'pending', goal: 0 });
    const ahead = Date.parse(String(body.activateAt)) - Date.now();
    expect(Math.abs(ahead - 3 * DAY_MS)).toBeLessThan(60_000);
    const inAYear = new Date(Date.now() + 365 * DAY_MS).toISOString();
    const later = await user.put<Status>(path(user), { status: 'pending', activateAt: inAYear });
    expect(later.body.activateAt).toBe(inAYear);
    expect(await statusOf(user)).toEqual(later.body);
  });

  it.each([
    ['2126-11-21T00:00:00Z', '2126-11-21T00:00:00.000Z'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59.000Z'],
    ['2126-11-21T00:00:00+23:59', '2126-11-20T00:01:00.000Z'],
  ])('accepts any valid time, such as %s', async (activateAt, utc) => {
    const user = await newUser();
    const { status, body } = await user.put<Status>(path(user), { status: 'pending', activateAt });
    expect([status, body.activateAt]).toEqual([200, utc]);
  });

  it('becomes active when due, once, with a record and an event for that user only', async () => {
    const user = await newUser();
    const [own, tab, other] = await Promise.all(
      [user, user, admin].map(({ token }) => TestSocket.connect(tidings.url, token)),
    );
    await setTimer(user, 400);
    const { activateAt } = await statusOf(user);
    const due = Date.parse(String(activateAt));
    const flipped = { status: 'active', activateAt, goal: 1 };
    const event = await own?.waitFor(({ type }) => type === 'user:status_updated', 'the event');
    expect(Date.now() - due).toBeLessThan(LATEST_MS);
    expect(event).toMatchObject({ channel: `user:${user.userId}`, actor: null, payload: flipped });
    await tab?.waitFor(({ type }) => type === 'user:status_updated', 'the event in the other tab');
    expect(await statusOf(user)).toEqual(flipped);
    expect(await recordsOf(user)).toEqual([
      {
        id: expect.any(String),
        type: 'status_activated',
        amount: 1,
        description: expect.any(String),
        createdAt: expect.any(String),
      },
    ]);
    expect(own?.ofType('user:status_set').map(({ payload }) => payload['status'])).toEqual(['pending']);
    expect(other?.frames.filter(({ type }) => type.startsWith('user:status'))).toEqual([]);
    for (const socket of [own, tab, other]) socket?.cut();
  });

  it('becomes active at once when its time is in the past', async () => {
    const user = await newUser();
    await setTimer(user, -DAY_MS);
    await eventually('the activation', () => isActive(user), LATEST_MS);
  });

  it('does not become active at its old time after it was reset or cancelled', async () => {
    const [moved, cancelled, anchor] = await Promise.all([newUser(), newUser(), newUser()]);
    await Promise.all([setTimer(moved, 3_000), setTimer(cancelled, 3_000)]);
    await setTimer(moved, DAY_MS);
    const { body } = await cancelled.put<Status>(path(cancelled), { status: 'inactive' });
    expect(body).toEqual({ status: 'inactive', activateAt: null, goal: 0 });
    await setTimer(anchor, 3_100);
    await eventually('a later timer', () => isActive(anchor));
    expect(await statusOf(moved)).toMatchObject({ status: 'pending', goal: 0 });
    expect(await statusOf(cancelled)).toMatchObject({ status: 'inactive' });
    expect([...(await recordsOf(moved)), ...(await recordsOf(cancelled))]).toEqual([]);
  });

  it('that is reset while its timer expires becomes active once per expiry', async () => {
    const user = await newUser();
    const socket = await TestSocket.connect(tidings.url, user.token);
    for (let round = 0; round < 15; round++) await setTimer(user, 5);
    await eventually('the last activation', () => isActive(user));
    const events = await eventually('an event for each record', async () => {
      const said = socket.ofType('user:status_updated').length;
      return said === (await recordsOf(user)).length && said;
    });
    expect(events).toBeLessThanOrEqual(15);
    // Between two activations it was set again.
    const said = socket.events(`user:${user.userId}`).map(({ type }) => type);
    expect(said.join().includes('updated,user:status_updated')).toBe(false);
    socket.cut();
  });

  it.each([
    ['active', { status: 'active' }],
    ['a time for none', { status: 'inactive', activateAt: inMs(1) }],
    ['a time that is none', { status: 'pending', activateAt: 'tomorrow' }],
    ['a time that the calendar does not have', { status: 'pending', activateAt: '0000-01-01T00:00:00Z' }],
    ['a goal', { status: 'pending', goal: 7 }],
  ])('is rejected with %s', async (_name, wanted) => {
    const answer = await admin.put(path(admin), wanted);
    expect(answer).toMatchObject({ status: 400, body: { code: 'request.invalid' } });
  });

  it('is accessible to its user and to administrators only; for other users, the user does not exist', async () => {
    const [user, other] = await Promise.all([newUser(), newUser()]);
    await setTimer(user, DAY_MS);
    expect((await admin.get<Status>(path(user))).body.status).toBe('pending');
    expect((await admin.put(path(user), { status: 'inactive' })).status).toBe(200);
    expect((await admin.get(path(user, 'transactions'))).status).toBe(200);
    const missing = { userId: randomUUID() } as Api;
    for (const [caller, whose] of [
      [other, user],
      [other, missing],
      [admin, missing],
    ] as const) {
      for (const answer of [
        await caller.get(path(whose)),
        await caller.get(path(whose, 'transactions')),
        await caller.put(path(whose), { status: 'pending' }),
      ]) {
        expect(answer).toMatchObject({ status: 404, body: { code: 'user.not-found' } });
      }
    }
  });
});

describe('a timer', () => {
  it('is found without an alarm, after its queue lost all jobs or was unavailable', async () => {
    const user = await newUser();
    await inDatabase(
      `INSERT INTO user_statuses (user_id, status, activate_at, goal) VALUES ($1, 'pending', now() + interval '1 second', 0)`,
      [user.userId],
    );
    await eventually('the activation', () => isActive(user), 1_000 + LATEST_MS);
    expect(await recordsOf(user)).toHaveLength(1);
  });

  it('has no job when it is far away, and shares one job with timers that are due at the same time', async () => {
    const people = await Promise.all(Array.from({ length: 12 }, newUser));
    for (const user of people) await setTimer(user, DAY_MS);
    expect(await alarms()).toBe(0);
    const activateAt = inMs(2_500);
    await Promise.all(people.map((user) => user.put(path(user), { status: 'pending', activateAt })));
    await eventually('an alarm', async () => (await alarms()) === 1, 1_000);
    await eventually('all activations', async () => (await Promise.all(people.map(isActive))).every(Boolean));
    expect(await alarms()).toBe(0);
  });

  it('is deleted with its user', async () => {
    const user = await newUser();
    await setTimer(user, DAY_MS);
    expect((await admin.delete(`/v1/users/${user.userId}`)).status).toBe(204);
    expect(await inDatabase('SELECT FROM user_statuses WHERE user_id = $1', [user.userId])).toEqual([]);
  });
});
