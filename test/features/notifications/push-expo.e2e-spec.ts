import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { SendPushes } from '../../../src/features/notifications/push/send-pushes.js';
import { Database } from '../../../src/platform/database/database.js';
import { signUp, type Api } from '../../support/api.js';
import { startTidings, type RunningTidings } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';
import { note } from '../../support/notices.js';
import { PushEndpoint, type PushAnswer, type ReceivedPush } from '../../support/push.js';

interface Phone {
  readonly user: Api;
  readonly token: string;
}

interface Message {
  readonly to: string;
  readonly title: string;
  readonly data: { readonly kind: string };
}

/** Expo's ticket or receipt for one message. */
type Result = Readonly<Record<string, unknown>>;

let tidings: RunningTidings;
let database: Database;
let expo: PushEndpoint;

beforeAll(async () => {
  expo = await PushEndpoint.start();
  tidings = await startTidings({
    OUTBOUND_TO_LOOPBACK: 'true',
    PUSH_DELAY_SECONDS: '0',
    PRESENCE_GRACE_SECONDS: '0',
    EXPO_PUSH_URL: expo.url,
  });
  database = tidings.app.get(Database);
});
afterAll(async () => {
  await tidings?.stop();
  await expo?.stop();
});
beforeEach(() => {
  expo.received.splice(0);
  expo.answer = answering(() => ({ status: 'ok', id: randomUUID() }));
});
afterEach(async () => {
  await database.query('DELETE FROM push_subscriptions');
});

const messagesOf = ({ body }: ReceivedPush): Message[] => JSON.parse(body.toString());
const calls = (): string[][] => expo.to('/send').map((call) => messagesOf(call).map(({ to }) => to));

/** Answers each message of a call separately. */
const answering =
  (resultOf: (message: Message) => Result) =>
  (push: ReceivedPush): PushAnswer => ({ status: 200, body: { data: messagesOf(push).map(resultOf) } });

async function phones(count: number): Promise<Phone[]> {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const user = await signUp(tidings.api, `${randomUUID()}@example.com`);
      await tidings.api.put(`/v1/workspaces/${tidings.workspaceId}/members/${user.userId}`, { role: 'member' });
      return { user, token: await phoneOf(user) };
    }),
  );
}

async function phoneOf(user: Api): Promise<string> {
  const expoToken = `ExponentPushToken[${randomUUID()}]`;
  expect((await user.post('/v1/push-subscriptions', { expoToken })).status).toBe(201);
  return expoToken;
}

const notify = (to: readonly Phone[], title: string = randomUUID()) =>
  note(tidings.app, tidings.workspaceId, { to: to.map(({ user }) => user.userId), title });

interface Row {
  readonly id: string;
  readonly ticket: string | null;
  readonly attempts: number;
}

const rows = (): Promise<Row[]> => database.query<Row>('SELECT id, ticket, attempts FROM pushes ORDER BY id');
/** Waits until no push is claimed: each has a ticket, waits for its next attempt, or is deleted. */
const settled = () =>
  eventually('all pushes are settled', async () => {
    const claimed = await database.query(
      `SELECT FROM pushes WHERE ticket IS NULL AND due_at > now() + interval '100 seconds' OR attempts = 0 AND ticket IS NULL`,
    );
    return calls().length > 0 && claimed.length === 0;
  });

async function advanceNow(): Promise<void> {
  const due = await database.query<{ id: string }>('UPDATE pushes SET due_at = now() RETURNING id');
  await tidings.app.get(SendPushes).handle({ pushIds: due.map(({ id }) => id) });
}

const hasPhone = async ({ user }: Phone): Promise<boolean> =>
  (await user.get<{ items: unknown[] }>('/v1/push-subscriptions')).body.items.length > 0;

describe('pushes to Expo apps', () => {
  it('are sent in one call, and each has its own ticket, error and receipt', async () => {
    const [good, gone, later, never, goneLater] = await phones(5);
    if (!good || !gone || !later || !never || !goneLater) throw new Error('There are too few phones.');
    const all = [good, gone, later, never, goneLater];
    const errors = new Map([
      [gone.token, 'DeviceNotRegistered'],
      [later.token, 'MessageRateExceeded'],
      [never.token, 'MessageTooBig'],
    ]);
    expo.answer = answering(({ to }) => {
      const error = errors.get(to);
      return error === undefined ? { status: 'ok', id: `ticket of ${to}` } : { status: 'error', details: { error } };
    });
    await notify(all, 'to phones');
    await settled();
    expect(calls().map((tokens) => tokens.toSorted())).toEqual([all.map(({ token }) => token).toSorted()]);
    const [call] = expo.to('/send');
    expect(call && messagesOf(call)[0]).toMatchObject({ title: 'to phones', data: { kind: 'test.noted' } });
    expect(await Promise.all(all.map(hasPhone))).toEqual([true, false, true, true, true]);
    const tickets = [good, goneLater].map(({ token }) => `ticket of ${token}`);
    expect((await rows()).map(({ ticket }) => ticket).toSorted()).toEqual([...tickets, null].toSorted());

    await database.query('DELETE FROM pushes WHERE ticket IS NULL');
    const receipts = { [tickets[0] ?? '']: { status: 'ok' }, [tickets[1] ?? '']: error('DeviceNotRegistered') };
    expo.answer = () => ({ status: 200, body: { data: receipts } });
    await advanceNow();
    const [asked, ...more] = expo.to('/getReceipts');
    expect(more).toEqual([]);
    expect(JSON.parse(asked?.body.toString() ?? '').ids.toSorted()).toEqual(tickets.toSorted());
    expect(await rows()).toEqual([]);
    expect(await Promise.all(all.map(hasPhone))).toEqual([true, false, true, true, false]);
  });

  it('are at most a hundred in one call', async () => {
    const people = await phones(6);
    const more = await Promise.all(people.flatMap(({ user }) => Array.from({ length: 17 }, () => phoneOf(user))));
    const tokens = [...people.map(({ token }) => token), ...more];
    await notify(people);
    await eventually('all have arrived', () => calls().flat().length >= tokens.length);
    expect(calls().flat().toSorted()).toEqual(tokens.toSorted());
    expect(
      calls()
        .map(({ length }) => length)
        .toSorted((a, b) => a - b),
    ).toEqual([8, 100]);
  });

  it('are aborted when a right is revoked, and sent again without the affected user', async () => {
    const [kept, lost] = await phones(2);
    if (!kept || !lost) throw new Error('There are too few phones.');
    let release = (): void => undefined;
    const released = new Promise<void>((done) => (release = done));
    expo.answer = async (push) => {
      await released;
      return answering(({ to }) => ({ status: 'ok', id: to }))(push);
    };
    await notify([kept, lost]);
    await eventually('the call is under way', () => calls().length > 0);
    await tidings.api.delete(`/v1/workspaces/${tidings.workspaceId}/members/${lost.user.userId}`);
    await settled();
    expect((await rows()).map(({ ticket }) => ticket)).toEqual([null, null]);
    release();
    expo.received.splice(0);
    await advanceNow();
    expect(calls()).toEqual([[kept.token]]);
    expect((await rows()).map(({ ticket }) => ticket)).toEqual([kept.token]);
  });

  it('are sent one by one when Expo rejects a call because of one message', async () => {
    const [good, strange, other] = await phones(3);
    if (!good || !strange || !other) throw new Error('There are too few phones.');
    const all = [good, strange, other];
    expo.answer = (push) => {
      const messages = messagesOf(push);
      if (messages.some(({ to }) => to === strange.token))
        return { status: 400, body: { errors: [{ code: 'PUSH_TOO_MANY_EXPERIENCE_IDS' }] } };
      return { status: 200, body: { data: messages.map(({ to }) => ({ status: 'ok', id: to })) } };
    };
    await notify(all);
    await settled();
    expect((await rows()).map(({ ticket }) => ticket).toSorted()).toEqual([good.token, other.token].toSorted());
    expect(calls().map(({ length }) => length)).toEqual([3, 1, 1, 1]);
    expect(await Promise.all(all.map(hasPhone))).toEqual([true, true, true]);
  });

  it.each<[string, PushAnswer]>([
    ['Expo limits the rate', { status: 429 }],
    [
      'the number of tickets differs from that of the messages',
      { status: 200, body: { data: [{ status: 'ok', id: 'whose?' }] } },
    ],
    ['the answer is malformed', { status: 200, body: 'nonsense' }],
  ])('are retried together when %s', async (_, answer) => {
    const all = await phones(2);
    expo.answer = () => answer;
    await notify(all);
    await settled();
    expect((await rows()).map(({ attempts, ticket }) => [attempts, ticket])).toEqual(all.map(() => [1, null]));
    expo.answer = answering(({ to }) => ({ status: 'ok', id: to }));
    expect(await database.query('SELECT DISTINCT due_at FROM pushes')).toHaveLength(1);
    await advanceNow();
    expect((await rows()).map(({ ticket }) => ticket).toSorted()).toEqual(all.map(({ token }) => token).toSorted());
    expect(calls().map(({ length }) => length)).toEqual([2, 2]);
  });

  it('delete no subscription when the URL of Expo answers 404', async () => {
    const all = await phones(2);
    expo.answer = () => ({ status: 404 });
    await notify(all);
    await eventually('they are given up', async () => calls().length > 0 && (await rows()).length === 0);
    expect(calls()).toHaveLength(1);
    expect(await Promise.all(all.map(hasPhone))).toEqual([true, true]);
  });

  it('do not block each other when no key opens the target of one', async () => {
    const [good, broken] = await phones(2);
    if (!good || !broken) throw new Error('There are too few phones.');
    await database.query(`UPDATE push_subscriptions SET secrets = '{v1.nonsense}' WHERE user_id = $1`, [
      broken.user.userId,
    ]);
    await notify([good, broken]);
    await settled();
    expect(calls()).toEqual([[good.token]]);
    expect(await hasPhone(broken)).toBe(true);
  });
});

const error = (name: string): Result => ({ status: 'error', details: { error: name } });
