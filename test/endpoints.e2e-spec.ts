import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { Webhook } from 'standardwebhooks';
import { Database } from '../src/platform/database/database.js';
import { SendMessages } from '../src/features/outbound-webhooks/send-messages.js';
import { signUp, type Api, type Schemas } from './support/api.js';
import { startTidings, type RunningTidings } from './support/app.js';
import { eventually } from './support/eventually.js';
import { startReceiver, type ReceivedRequest, type Receiver } from './support/receiver.js';
import { post, webhookEvents } from './support/webhooks.js';

let tidings: RunningTidings;
let api: Api;
let endpoints: string;
let database: pg.Client;
let receiver: Receiver;

beforeAll(async () => {
  tidings = await startTidings({ OUTBOUND_TO_LOOPBACK: 'true' });
  ({ api } = tidings);
  endpoints = `/v1/workspaces/${tidings.workspaceId}/endpoints`;
  database = new pg.Client({ connectionString: tidings.databaseUrl });
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await tidings.stop();
});
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(async () => {
  // What is on its way to one may hold the rows in another order: this transaction is tried again then.
  await tidings.app.get(Database).transaction((tx) => tx.query('DELETE FROM endpoints'));
  await receiver.close();
});

type Made = Schemas['EndpointWithSecret'];

async function openEndpoint(wanted: object = {}, by = api): Promise<Made> {
  const made = await by.post<Made>(endpoints, {
    name: 'test',
    url: `${receiver.url}/in`,
    eventTypes: ['webhook:received'],
    ...wanted,
  });
  if (made.status !== 201) throw new Error(`The endpoint was not made: ${made.status} ${JSON.stringify(made.body)}`);
  return made.body;
}

/** Without secrets, and for nothing that happens. @returns their ids */
async function insertEndpoints(count: number, url: string): Promise<string[]> {
  const { rows } = await database.query<{ id: string }>(
    `INSERT INTO endpoints (id, workspace_id, name, url, event_types, created_by, permissions)
     SELECT gen_random_uuid(), $1, 'test', $2, '{document:created}', $4, '{webhooks:read}' FROM generate_series(1, $3)
     RETURNING id`,
    [tidings.workspaceId, url, count, api.userId],
  );
  return rows.map(({ id }) => id);
}

const sendSomething = (text = randomUUID()) => post(tidings.openSourceUrl, `this is ${text}`);
const requests = (count: number) =>
  eventually(`${count} requests`, () => receiver.received.length >= count && receiver.received);
const messagesOf = async ({ id }: { id: string }) =>
  (await api.get<{ items: Schemas['Message'][] }>(`${endpoints}/${id}/messages`)).body.items;
const endpointOf = async ({ id }: { id: string }) => (await api.get<Schemas['Endpoint']>(`${endpoints}/${id}`)).body;
/** As if the pause before the next attempt were over, and a sweep had just found that. */
const makeDue = async ({ id }: { id: string }) => {
  await database.query(`UPDATE messages SET due_at = now() WHERE status = 'pending'`);
  await tidings.app.get(SendMessages).handle({ endpointIds: [id] });
};
const verified = (secret: string, { body, headers }: ReceivedRequest) =>
  new Webhook(secret).verify(body, headers as Record<string, string>);

describe('an endpoint', () => {
  it('gets each event of its workspace, signed, as the log has it', async () => {
    const { secret } = await openEndpoint();
    await sendSomething();
    const [request] = await requests(1);
    const logged = (await webhookEvents(api, tidings.workspaceId)).at(-1);
    if (request === undefined || logged === undefined) throw new Error('Nothing came.');
    expect(verified(secret, request)).toEqual({
      type: 'webhook:received',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      workspaceId: tidings.workspaceId,
      data: logged,
    });
    expect(request.headers['content-type']).toBe('application/json');
  });

  it('gets only the types of events that it asked for', async () => {
    const other = await openEndpoint({ eventTypes: ['workspace:member_joined'] });
    const wanted = await openEndpoint({ eventTypes: ['webhook:received'] });
    await sendSomething();
    await eventually('the message', async () => (await messagesOf(wanted)).length === 1);
    expect(await messagesOf(other)).toEqual([]);
  });

  it('is tried again with the same id until it takes the message', async () => {
    receiver.answer = () => (receiver.received.length < 3 ? 500 : 200);
    const endpoint = await openEndpoint();
    await sendSomething();
    await requests(1);
    await eventually('the failure', async () => (await messagesOf(endpoint))[0]?.error === 'answered 500');
    await makeDue(endpoint);
    await requests(2);
    await eventually('the next pause', async () => ((await messagesOf(endpoint))[0]?.attempts ?? 0) === 2);
    await makeDue(endpoint);
    const seen = await requests(3);
    const message = await eventually('its delivery', async () => {
      const [found] = await messagesOf(endpoint);
      return found?.status === 'delivered' && found;
    });
    expect(new Set(seen.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([message.id]));
    const detail = await api.get<Schemas['MessageDetail']>(`${endpoints}/${endpoint.id}/messages/${message.id}`);
    expect(detail.body.log.map(({ number, status }) => [number, status])).toEqual([
      [1, 500],
      [2, 500],
      [3, 200],
    ]);
    expect(await endpointOf(endpoint)).toMatchObject({ failingSince: null, enabled: true });
  });

  it('is switched off with a word to the workspace when nothing got through for three days', async () => {
    receiver.answer = () => 503;
    const endpoint = await openEndpoint();
    await sendSomething();
    await requests(1);
    await eventually('the first failure', async () => (await endpointOf(endpoint)).failingSince !== null);
    await database.query(`UPDATE endpoints SET failing_since = now() - interval '73 hours' WHERE id = $1`, [
      endpoint.id,
    ]);
    await database.query(`UPDATE messages SET attempts = 9, due_at = now() WHERE endpoint_id = $1`, [endpoint.id]);
    await eventually('its end', async () => (await endpointOf(endpoint)).disabledReason === 'failing');
    expect((await messagesOf(endpoint))[0]).toMatchObject({ status: 'failed', attempts: 10, nextAttemptAt: null });
    const told = (await webhookEvents(api, tidings.workspaceId)).at(-1);
    expect(told).toMatchObject({ type: 'webhook:endpoint_disabled', payload: { endpointId: endpoint.id } });
  });

  it('is switched off at once when it answers that it is gone', async () => {
    receiver.answer = () => 410;
    const endpoint = await openEndpoint();
    await sendSomething();
    await eventually('its end', async () => (await endpointOf(endpoint)).disabledReason === 'gone');
    expect(receiver.received).toHaveLength(1);
  });

  it('is not switched off for what its old address answers', async () => {
    const old = await startReceiver();
    let answer: (status: number) => void = () => undefined;
    old.answer = () => new Promise((resolve) => (answer = resolve));
    const endpoint = await openEndpoint({ url: old.url });
    await sendSomething();
    await eventually('the attempt is under way', () => old.received.length === 1);
    expect((await api.patch(`${endpoints}/${endpoint.id}`, { url: `${receiver.url}/new` })).status).toBe(200);
    answer(410);
    await eventually('the answer is on record', async () => (await messagesOf(endpoint))[0]?.status === 'failed');
    expect(await endpointOf(endpoint)).toMatchObject({ enabled: true, failingSince: null });
    await old.close();
  });

  it('gets what failed again when it is switched on and the messages are replayed', async () => {
    receiver.answer = () => 410;
    const endpoint = await openEndpoint();
    await sendSomething();
    await eventually('its end', async () => !(await endpointOf(endpoint)).enabled);
    receiver.answer = () => 200;
    expect((await api.patch(`${endpoints}/${endpoint.id}`, { enabled: true })).status).toBe(200);
    const replay = await api.post(`${endpoints}/${endpoint.id}/messages/replay`);
    expect(replay).toMatchObject({ status: 202, body: { replayed: 1 } });
    await requests(2);
    await eventually('its delivery', async () => (await messagesOf(endpoint))[0]?.status === 'delivered');
  });

  it('is signed for with the old secret and the new one for a day after a rotation', async () => {
    const { id, secret: old } = await openEndpoint();
    const rotated = await api.post<Made>(`${endpoints}/${id}/rotate-secret`);
    await sendSomething();
    const [request] = await requests(1);
    if (request === undefined) throw new Error('Nothing came.');
    expect(verified(old, request)).toEqual(verified(rotated.body.secret, request));
    await database.query(`UPDATE endpoints SET old_secret_until = now() WHERE id = $1`, [id]);
    await sendSomething();
    const [, second] = await requests(2);
    if (second === undefined) throw new Error('Nothing came.');
    expect(() => verified(old, second)).toThrow();
    expect(verified(rotated.body.secret, second)).toMatchObject({ type: 'webhook:received' });
  });

  it('does not hold up the others when it is slow', async () => {
    const slow = await startReceiver();
    slow.answer = () => new Promise<number>(() => undefined);
    await openEndpoint({ url: slow.url });
    await openEndpoint();
    for (let i = 0; i < 8; i++) await sendSomething();
    await requests(8);
    expect(slow.received.length).toBeLessThanOrEqual(8);
    await slow.close();
  });

  it('gets its turn before a workspace with as many slow ones as it may have has sent all it has to send', async () => {
    const slow = await startReceiver();
    slow.answer = () => delay(300, 204);
    const crowd = await insertEndpoints(100, slow.url);
    const { body: workspace } = await api.post<{ id: string }>('/v1/workspaces', { name: 'another' });
    const wanted = { name: 'test', url: receiver.url, eventTypes: ['webhook:received'] };
    const { body: other } = await api.post<Made>(`/v1/workspaces/${workspace.id}/endpoints`, wanted);
    const say = (ids: readonly string[], count: number) =>
      database.query(
        `INSERT INTO messages (id, endpoint_id, event_id, event_type, permission, body)
         SELECT gen_random_uuid(), id, gen_random_uuid(), 'webhook:received', 'webhooks:read', '{}'
         FROM unnest($1::uuid[]) AS id, generate_series(1, $2)`,
        [ids, count],
      );
    await say(crowd, 6);
    await say([other.id], 1);
    const sender = tidings.app.get(SendMessages);
    await sender.handle({ endpointIds: crowd });
    await sender.handle({ endpointIds: [other.id] });
    await requests(1);
    expect(slow.received.length).toBeLessThan(100 * 6);
    await slow.close();
  });

  it('is not made when there are as many as a workspace can have, also of many that come at once', async () => {
    await insertEndpoints(99, receiver.url);
    const made = await Promise.allSettled(Array.from({ length: 8 }, () => openEndpoint()));
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refused = made.find((outcome) => outcome.status === 'rejected');
    expect(String(refused?.reason)).toContain('endpoint.too-many');
  });

  it('is sent only what its maker may read', async () => {
    const roles = `/v1/workspaces/${tidings.workspaceId}/roles`;
    const role = await api.post<{ id: string; name: string }>(roles, {
      name: 'integrator',
      permissions: ['members:read', 'webhooks:manage'],
    });
    expect(role.status).toBe(201);
    const maker = await signUp(api, 'integrator@example.com');
    const member = `/v1/workspaces/${tidings.workspaceId}/members/${maker.userId}`;
    expect((await api.put(member, { role: 'integrator', grant: [], deny: [] })).status).toBe(200);
    const endpoint = await openEndpoint({}, maker);
    const all = await openEndpoint();
    await sendSomething();
    await eventually('the message to the other', async () => (await messagesOf(all)).length === 1);
    expect(await messagesOf(endpoint)).toEqual([]);
  });

  it('shows its secret only when it is made and when it is changed', async () => {
    const { id, secret } = await openEndpoint();
    const looks = [await api.get(`${endpoints}/${id}`), await api.get(endpoints)];
    expect(JSON.stringify(looks)).not.toContain(secret);
    const { rows } = await database.query('SELECT row_to_json(endpoints)::text AS row FROM endpoints');
    expect(JSON.stringify(rows)).not.toContain(secret.slice('whsec_'.length));
  });

  it.each([
    ['an event that nobody declared', { eventTypes: ['task:eaten'] }, 'endpoint.unknown-event-type'],
    ['an address that is none', { url: 'nowhere' }, 'request.invalid'],
    ['an address inside', { url: 'https://169.254.169.254/latest' }, 'address.refused'],
    ['an address that is not https', { url: 'http://93.184.215.14/' }, 'address.refused'],
    ['an unknown field', { workspaceId: randomUUID() }, 'request.invalid'],
  ])('is refused with %s', async (_name, wanted, code) => {
    const body = { name: 'test', url: receiver.url, ...wanted };
    expect(await api.post(endpoints, body)).toMatchObject({ status: 400, body: { code } });
  });

  it("is nobody else's: members of another workspace find nothing", async () => {
    const { id } = await openEndpoint();
    const stranger = await signUp(api, 'stranger-to-endpoints@example.com');
    for (const path of [endpoints, `${endpoints}/${id}`, `${endpoints}/${id}/messages`]) {
      expect((await stranger.get(path)).status).toBe(404);
    }
  });
});
