import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { SendPushes } from '../src/features/notifications/push/send-pushes.js';
import { Database } from '../src/platform/database/database.js';
import { signUp, type Api } from './support/api.js';
import { startTidings, type RunningTidings } from './support/app.js';
import { eventually } from './support/eventually.js';
import { note } from './support/notices.js';
import { PushEndpoint, type PushAnswer, type ReceivedPush } from './support/push.js';

interface Phone {
  readonly user: Api;
  readonly token: string;
}

interface Message {
  readonly to: string;
  readonly title: string;
  readonly data: { readonly kind: string };
}

/** What Expo says of one message, or of what became of it. */
type Said = Readonly<Record<string, unknown>>;

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

/** Answers each message of a call by itself. */
const answering =
  (say: (message: Message) => Said) =>
  (push: ReceivedPush): PushAnswer => ({ status: 200, body: { data: messagesOf(push).map(say) } });

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

const tell = (to: readonly Phone[], title: string = randomUUID()) =>
  note(tidings.app, tidings.workspaceId, { to: to.map(({ user }) => user.userId), title });

interface Row {
  readonly id: string;
  readonly ticket: string | null;
  readonly attempts: number;
}

const rows = (): Promise<Row[]> => database.query<Row>('SELECT id, ticket, attempts FROM pushes ORDER BY id');
/** Nothing is in hand any more: each push has a ticket, waits for its next try, or is gone. */
const settled = () =>
  eventually('all is settled', async () => {
    const inHand = await database.query(
      `SELECT FROM pushes WHERE ticket IS NULL AND due_at > now() + interval '100 seconds' OR attempts = 0 AND ticket IS NULL`,
    );
    return calls().length > 0 && inHand.length === 0;
  });

async function advanceNow(): Promise<void> {
  const due = await database.query<{ id: string }>('UPDATE pushes SET due_at = now() RETURNING id');
  await tidings.app.get(SendPushes).handle({ pushIds: due.map(({ id }) => id) });
}

const hasPhone = async ({ user }: Phone): Promise<boolean> =>
  (await user.get<{ items: unknown[] }>('/v1/push-subscriptions')).body.items.length > 0;

describe('pushes to Expo apps', () => {
  it('go out in one call, and each has its own ticket, error and receipt', async () => {
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
    await tell(all, 'to phones');
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

  it('are never more than a hundred to a call', async () => {
    const people = await phones(6);
    const more = await Promise.all(people.flatMap(({ user }) => Array.from({ length: 17 }, () => phoneOf(user))));
    const tokens = [...people.map(({ token }) => token), ...more];
    await tell(people);
    await eventually('all have arrived', () => calls().flat().length >= tokens.length);
    expect(calls().flat().toSorted()).toEqual(tokens.toSorted());
    expect(
      calls()
        .map(({ length }) => length)
        .toSorted((a, b) => a - b),
    ).toEqual([8, 100]);
  });

  it('end under way when a right is taken away, and leave again without the one whose it was', async () => {
    const [kept, lost] = await phones(2);
    if (!kept || !lost) throw new Error('There are too few phones.');
    let release = (): void => undefined;
    const released = new Promise<void>((done) => (release = done));
    expo.answer = async (push) => {
      await released;
      return answering(({ to }) => ({ status: 'ok', id: to }))(push);
    };
    await tell([kept, lost]);
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

  it('are sent one by one when Expo refuses all for the sake of one', async () => {
    const [good, strange, other] = await phones(3);
    if (!good || !strange || !other) throw new Error('There are too few phones.');
    const all = [good, strange, other];
    expo.answer = (push) => {
      const messages = messagesOf(push);
      if (messages.some(({ to }) => to === strange.token))
        return { status: 400, body: { errors: [{ code: 'PUSH_TOO_MANY_EXPERIENCE_IDS' }] } };
      return { status: 200, body: { data: messages.map(({ to }) => ({ status: 'ok', id: to })) } };
    };
    await tell(all);
    await settled();
    expect((await rows()).map(({ ticket }) => ticket).toSorted()).toEqual([good.token, other.token].toSorted());
    expect(calls().map(({ length }) => length)).toEqual([3, 1, 1, 1]);
    expect(await Promise.all(all.map(hasPhone))).toEqual([true, true, true]);
  });

  it.each<[string, PushAnswer]>([
    ['Expo has no time', { status: 429 }],
    ['the tickets are not as many as the messages', { status: 200, body: { data: [{ status: 'ok', id: 'whose?' }] } }],
    ['the answer is none', { status: 200, body: 'nonsense' }],
  ])('are tried again together when %s', async (_, answer) => {
    const all = await phones(2);
    expo.answer = () => answer;
    await tell(all);
    await settled();
    expect((await rows()).map(({ attempts, ticket }) => [attempts, ticket])).toEqual(all.map(() => [1, null]));
    expo.answer = answering(({ to }) => ({ status: 'ok', id: to }));
    expect(await database.query('SELECT DISTINCT due_at FROM pushes')).toHaveLength(1);
    await advanceNow();
    expect((await rows()).map(({ ticket }) => ticket).toSorted()).toEqual(all.map(({ token }) => token).toSorted());
    expect(calls().map(({ length }) => length)).toEqual([2, 2]);
  });

  it('end no subscription when there is nothing at the address of Expo', async () => {
    const all = await phones(2);
    expo.answer = () => ({ status: 404 });
    await tell(all);
    await eventually('they are given up', async () => calls().length > 0 && (await rows()).length === 0);
    expect(calls()).toHaveLength(1);
    expect(await Promise.all(all.map(hasPhone))).toEqual([true, true]);
  });

  it('do not keep each other from leaving when no key opens where one goes to', async () => {
    const [good, broken] = await phones(2);
    if (!good || !broken) throw new Error('There are too few phones.');
    await database.query(`UPDATE push_subscriptions SET secrets = '{v1.nonsense}' WHERE user_id = $1`, [
      broken.user.userId,
    ]);
    await tell([good, broken]);
    await settled();
    expect(calls()).toEqual([[good.token]]);
    expect(await hasPhone(broken)).toBe(true);
  });
});

const error = (name: string): Said => ({ status: 'error', details: { error: name } });
