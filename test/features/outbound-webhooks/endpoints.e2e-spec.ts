import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { Webhook } from 'standardwebhooks';
import { Database } from '../../../src/platform/database/database.js';
import { SendMessages } from '../../../src/features/outbound-webhooks/send-messages.js';
import { signUp, type Api, type Schemas } from '../../support/api.js';
import { startTidings, type RunningTidings } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';
import { startReceiver, type ReceivedRequest, type Receiver } from '../../support/receiver.js';
import { makeSource, post, webhookEvents } from '../../support/webhooks.js';

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
  // Retried after a deadlock with a message in flight, which may lock the rows in another order.
  await tidings.app.get(Database).transaction((tx) => tx.query('DELETE FROM endpoints'));
  await receiver.close();
});

type Made = Schemas['EndpointWithSecret'];

async function createEndpoint(fields: object = {}, by = api): Promise<Made> {
  const made = await by.post<Made>(endpoints, {
    name: 'test',
    url: `${receiver.url}/in`,
    eventTypes: ['webhook:received'],
    ...fields,
  });
  if (made.status !== 201) throw new Error(`The endpoint was not created: ${made.status} ${JSON.stringify(made.body)}`);
  return made.body;
}

/** Inserts endpoints without secrets, for events that do not occur. @returns their ids */
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
/** Ends the pause before the next attempt, and sends what is due. */
const makeDue = async ({ id }: { id: string }) => {
  await database.query(`UPDATE messages SET due_at = now() WHERE status = 'pending'`);
  await tidings.app.get(SendMessages).handle({ endpointIds: [id] });
};
const verified = (secret: string, { body, headers }: ReceivedRequest) =>
  new Webhook(secret).verify(body, headers as Record<string, string>);

describe('an endpoint', () => {
  it('gets each event of its workspace, signed, in the form of the event log', async () => {
    const { secret } = await createEndpoint();
    await sendSomething();
    const [request] = await requests(1);
    const logged = (await webhookEvents(api, tidings.workspaceId)).at(-1);
    if (request === undefined || logged === undefined) throw new Error('The receiver got no request.');
    expect(verified(secret, request)).toEqual({
      type: 'webhook:received',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      workspaceId: tidings.workspaceId,
      data: logged,
    });
    expect(request.headers['content-type']).toBe('application/json');
  });

  it('gets only the event types of its subscription', async () => {
    const other = await createEndpoint({ eventTypes: ['workspace:member_joined'] });
    const subscribed = await createEndpoint({ eventTypes: ['webhook:received'] });
    await sendSomething();
    await eventually('the message', async () => (await messagesOf(subscribed)).length === 1);
    expect(await messagesOf(other)).toEqual([]);
  });

  it('gets retries with the same id until it accepts the message', async () => {
    receiver.answer = () => (receiver.received.length < 3 ? 500 : 200);
    const endpoint = await createEndpoint();
    await sendSomething();
    await requests(1);
    await eventually('the failure is recorded', async () => (await messagesOf(endpoint))[0]?.error === 'answered 500');
    await makeDue(endpoint);
    await requests(2);
    await eventually(
      'the second attempt is recorded',
      async () => ((await messagesOf(endpoint))[0]?.attempts ?? 0) === 2,
    );
    await makeDue(endpoint);
    const seen = await requests(3);
    const message = await eventually('the message is delivered', async () => {
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

  it('is disabled with an event to the workspace if it accepts no message for three days', async () => {
    receiver.answer = () => 503;
    const endpoint = await createEndpoint();
    await sendSomething();
    await requests(1);
    await eventually('the first failure is recorded', async () => (await endpointOf(endpoint)).failingSince !== null);
    await database.query(`UPDATE endpoints SET failing_since = now() - interval '73 hours' WHERE id = $1`, [
      endpoint.id,
    ]);
    await database.query(`UPDATE messages SET attempts = 9, due_at = now() WHERE endpoint_id = $1`, [endpoint.id]);
    await eventually('the endpoint is disabled', async () => (await endpointOf(endpoint)).disabledReason === 'failing');
    expect((await messagesOf(endpoint))[0]).toMatchObject({ status: 'failed', attempts: 10, nextAttemptAt: null });
    const published = (await webhookEvents(api, tidings.workspaceId)).at(-1);
    expect(published).toMatchObject({ type: 'webhook:endpoint_disabled', payload: { endpointId: endpoint.id } });
  });

  it('is disabled at once when it answers 410', async () => {
    receiver.answer = () => 410;
    const endpoint = await createEndpoint();
    await sendSomething();
    await eventually('the endpoint is disabled', async () => (await endpointOf(endpoint)).disabledReason === 'gone');
    expect(receiver.received).toHaveLength(1);
  });

  it('is not disabled by a response of its previous URL', async () => {
    const old = await startReceiver();
    let answer: (status: number) => void = () => undefined;
    old.answer = () => new Promise((resolve) => (answer = resolve));
    const endpoint = await createEndpoint({ url: old.url });
    await sendSomething();
    await eventually('the attempt is in flight', () => old.received.length === 1);
    expect((await api.patch(`${endpoints}/${endpoint.id}`, { url: `${receiver.url}/new` })).status).toBe(200);
    answer(410);
    await eventually('the response is recorded', async () => (await messagesOf(endpoint))[0]?.status === 'failed');
    expect(await endpointOf(endpoint)).toMatchObject({ enabled: true, failingSince: null });
    await old.close();
  });

  it('gets failed messages again when it is enabled and they are replayed', async () => {
    receiver.answer = () => 410;
    const endpoint = await createEndpoint();
    await sendSomething();
    await eventually('the endpoint is disabled', async () => !(await endpointOf(endpoint)).enabled);
    receiver.answer = () => 200;
    expect((await api.patch(`${endpoints}/${endpoint.id}`, { enabled: true })).status).toBe(200);
    const replay = await api.post(`${endpoints}/${endpoint.id}/messages/replay`);
    expect(replay).toMatchObject({ status: 202, body: { replayed: 1 } });
    await requests(2);
    await eventually('the message is delivered', async () => (await messagesOf(endpoint))[0]?.status === 'delivered');
  });

  it('gets signatures of both secrets after a rotation, until the old one expires', async () => {
    const { id, secret: old } = await createEndpoint();
    const rotated = await api.post<Made>(`${endpoints}/${id}/rotate-secret`);
    await sendSomething();
    const [request] = await requests(1);
    if (request === undefined) throw new Error('The receiver got no request.');
    expect(verified(old, request)).toEqual(verified(rotated.body.secret, request));
    await database.query(`UPDATE endpoints SET old_secret_until = now() WHERE id = $1`, [id]);
    await sendSomething();
    const [, second] = await requests(2);
    if (second === undefined) throw new Error('The receiver got no request.');
    expect(() => verified(old, second)).toThrow();
    expect(verified(rotated.body.secret, second)).toMatchObject({ type: 'webhook:received' });
  });

  it('does not delay others when it is slow', async () => {
    const slow = await startReceiver();
    slow.answer = () => new Promise<number>(() => undefined);
    await createEndpoint({ url: slow.url });
    await createEndpoint();
    for (let i = 0; i < 8; i++) await sendSomething();
    await requests(8);
    expect(slow.received.length).toBeLessThanOrEqual(8);
    await slow.close();
  });

  it('gets its message before 100 slow endpoints of another workspace have got all of theirs', async () => {
    const slow = await startReceiver();
    slow.answer = () => delay(300, 204);
    const slowIds = await insertEndpoints(100, slow.url);
    const { body: workspace } = await api.post<{ id: string }>('/v1/workspaces', { name: 'another' });
    const fields = { name: 'test', url: receiver.url, eventTypes: ['webhook:received'] };
    const { body: other } = await api.post<Made>(`/v1/workspaces/${workspace.id}/endpoints`, fields);
    const insertMessages = (ids: readonly string[], count: number) =>
      database.query(
        `INSERT INTO messages (id, endpoint_id, event_id, event_type, permission, body)
         SELECT gen_random_uuid(), id, gen_random_uuid(), 'webhook:received', 'webhooks:read', '{}'
         FROM unnest($1::uuid[]) AS id, generate_series(1, $2)`,
        [ids, count],
      );
    await insertMessages(slowIds, 6);
    await insertMessages([other.id], 1);
    const sender = tidings.app.get(SendMessages);
    await sender.handle({ endpointIds: slowIds });
    await sender.handle({ endpointIds: [other.id] });
    await requests(1);
    expect(slow.received.length).toBeLessThan(100 * 6);
    await slow.close();
  });

  it('is not created beyond the limit of a workspace, also by concurrent requests', async () => {
    await insertEndpoints(99, receiver.url);
    const made = await Promise.allSettled(Array.from({ length: 8 }, () => createEndpoint()));
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refused = made.find((outcome) => outcome.status === 'rejected');
    expect(String(refused?.reason)).toContain('endpoint.too-many');
  });

  it('gets only events that its maker may read', async () => {
    const roles = `/v1/workspaces/${tidings.workspaceId}/roles`;
    const role = await api.post<{ id: string; name: string }>(roles, {
      name: 'integrator',
      permissions: ['members:read', 'webhooks:manage'],
    });
    expect(role.status).toBe(201);
    const maker = await signUp(api, 'integrator@example.com');
    const member = `/v1/workspaces/${tidings.workspaceId}/members/${maker.userId}`;
    expect((await api.put(member, { role: 'integrator', grant: [], deny: [] })).status).toBe(200);
    const endpoint = await createEndpoint({}, maker);
    const all = await createEndpoint();
    await sendSomething();
    await eventually('the other endpoint has a message', async () => (await messagesOf(all)).length === 1);
    expect(await messagesOf(endpoint)).toEqual([]);
  });

  it('shows its secret neither in later responses nor in the database', async () => {
    const { id, secret } = await createEndpoint();
    const looks = [await api.get(`${endpoints}/${id}`), await api.get(endpoints)];
    expect(JSON.stringify(looks)).not.toContain(secret);
    const { rows } = await database.query('SELECT row_to_json(endpoints)::text AS row FROM endpoints');
    expect(JSON.stringify(rows)).not.toContain(secret.slice('whsec_'.length));
  });

  it.each([
    ['an unknown event type', { eventTypes: ['task:eaten'] }, 'endpoint.unknown-event-type'],
    ['an unknown source', { sourceIds: [randomUUID()] }, 'endpoint.unknown-source'],
    ['an invalid URL', { url: 'nowhere' }, 'request.invalid'],
    ['a private address', { url: 'https://169.254.169.254/latest' }, 'address.refused'],
    ['a URL without HTTPS', { url: 'http://93.184.215.14/' }, 'address.refused'],
    ['an unknown field', { workspaceId: randomUUID() }, 'request.invalid'],
  ])('is rejected with %s', async (_name, fields, code) => {
    const body = { name: 'test', url: receiver.url, ...fields };
    expect(await api.post(endpoints, body)).toMatchObject({ status: 400, body: { code } });
  });

  it('cannot select a source of another workspace, and keeps one of its own that was deleted', async () => {
    const stranger = await signUp(api, 'owner-of-a-foreign-source@example.com');
    const { body: foreign } = await api.post<{ id: string }>('/v1/workspaces', { name: 'Foreign' });
    await api.put(`/v1/workspaces/${foreign.id}/members/${stranger.userId}`, { role: 'owner' });
    const { id: foreignSource } = await makeSource(stranger, foreign.id, { provider: 'open' });
    const own = await makeSource(api, tidings.workspaceId, { provider: 'open' });
    const { id } = await createEndpoint({ sourceIds: [own.id] });
    const refused = { status: 400, body: { code: 'endpoint.unknown-source', detail: foreignSource } };
    expect(await api.patch(`${endpoints}/${id}`, { sourceIds: [own.id, foreignSource] })).toMatchObject(refused);
    await api.delete(`/v1/workspaces/${tidings.workspaceId}/sources/${own.id}`);
    expect(await api.patch(`${endpoints}/${id}`, { sourceIds: [own.id], name: 'kept' })).toMatchObject({ status: 200 });
  });

  it('is not visible to members of another workspace', async () => {
    const { id } = await createEndpoint();
    const stranger = await signUp(api, 'stranger-to-endpoints@example.com');
    for (const path of [endpoints, `${endpoints}/${id}`, `${endpoints}/${id}/messages`]) {
      expect((await stranger.get(path)).status).toBe(404);
    }
  });
});
