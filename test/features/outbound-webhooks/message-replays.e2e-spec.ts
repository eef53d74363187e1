import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Database } from '../../../src/platform/database/database.js';
import { signUp, type Schemas } from '../../support/api.js';
import { startTidings, type RunningTidings } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';
import { startReceiver, type Receiver } from '../../support/receiver.js';
import { post } from '../../support/webhooks.js';

let tidings: RunningTidings;
let receiver: Receiver;
let endpoint: string;
let endpointId: string;

beforeAll(async () => {
  tidings = await startTidings({ OUTBOUND_TO_LOOPBACK: 'true' });
  receiver = await startReceiver();
  const endpoints = `/v1/workspaces/${tidings.workspaceId}/endpoints`;
  const wanted = { name: 'test', url: receiver.url, eventTypes: ['webhook:received'], retries: 'none' };
  const { body } = await tidings.api.post<{ id: string }>(endpoints, wanted);
  endpointId = body.id;
  endpoint = `${endpoints}/${endpointId}`;
  receiver.answer = ({ body: sent }) => (sent.includes('refused') ? 503 : 204);
  for (const text of ['one', 'two', 'refused']) await post(tidings.openSourceUrl, text);
  await eventually('two are delivered and one has failed', async () => {
    const statuses = (await messages()).map(({ status }) => status);
    return statuses.toSorted().join() === 'delivered,delivered,failed';
  });
  receiver.answer = () => 204;
});
afterAll(async () => {
  await tidings?.stop();
  await receiver?.close();
});

type Replay = Schemas['MessageReplay'];

const messages = async () =>
  (await tidings.api.get<{ items: Schemas['Message'][] }>(`${endpoint}/messages`)).body.items;
const read = async (id: string) => (await tidings.api.get<Replay>(`${endpoint}/messages/replays/${id}`)).body;

async function replay(filter: object): Promise<Replay> {
  const { status, body } = await tidings.api.post<{ id: string }>(`${endpoint}/messages/replays`, { filter });
  expect([status, body]).toEqual([202, { id: expect.any(String) }]);
  return eventually('the replay has ended', async () => {
    const found = await read(body.id);
    return found.status !== 'running' && found;
  });
}

describe('a replay of messages', () => {
  it('sends those of its filter again under their ids, also delivered ones', async () => {
    const delivered = (await messages()).filter(({ status }) => status === 'delivered').map(({ id }) => id);
    const before = receiver.received.length;
    const ids = () => receiver.received.slice(before).map(({ headers }) => headers['webhook-id']);
    expect(await replay({ status: 'delivered' })).toMatchObject({ status: 'done', done: 2 });
    await eventually('two requests came', () => ids().length === 2);
    expect(ids().toSorted()).toEqual(delivered.toSorted());
    expect(await replay({ status: 'failed' })).toMatchObject({ status: 'done', done: 1 });
    await eventually('all are delivered', async () => (await messages()).every(({ status }) => status === 'delivered'));
  });

  it('finds messages by type and time', async () => {
    const now = new Date().toISOString();
    expect(await replay({ eventType: 'task:created' })).toMatchObject({ done: 0 });
    expect(await replay({ since: now })).toMatchObject({ done: 0 });
    expect(await replay({ until: now, eventType: 'webhook:received' })).toMatchObject({ done: 3 });
    await eventually('all are delivered', async () => (await messages()).every(({ status }) => status === 'delivered'));
  });

  it('goes on where a crashed worker stopped, in steps over many messages', async () => {
    const database = tidings.app.get(Database);
    await database.query(
      `INSERT INTO messages (id, endpoint_id, event_id, event_type, permission, body, status, created_at)
       SELECT ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, $1, gen_random_uuid(), 'old', NULL, '{}',
         'failed', now() - interval '1 hour'
       FROM generate_series(1, 1200) AS n`,
      [endpointId],
    );
    const id = randomUUID();
    // Its worker had reached the hundredth message.
    await database.query(
      `INSERT INTO message_replays (id, endpoint_id, filter, cursor, done, moved_at)
       VALUES ($1, $2, '{"eventType":"old"}', '00000000-0000-7000-8000-000000000100', 100, now() - interval '1 minute')`,
      [id, endpointId],
    );
    await eventually('the replay has ended', async () => (await read(id)).status === 'done', 15_000);
    expect((await read(id)).done).toBe(1_200);
  });

  it('can be cancelled, is audited, and excludes a second one meanwhile', async () => {
    const database = tidings.app.get(Database);
    const client = await database.query<{ id: string }>(
      `INSERT INTO message_replays (id, endpoint_id, filter, moved_at)
       VALUES (gen_random_uuid(), $1, '{}', now() + interval '1 hour') RETURNING id`,
      [endpointId],
    );
    const id = client[0]?.id ?? '';
    const second = await tidings.api.post(`${endpoint}/messages/replays`, { filter: {} });
    expect([second.status, second.body['code']]).toEqual([409, 'message.replay-running']);
    expect((await tidings.api.delete(`${endpoint}/messages/replays/${id}`)).status).toBe(204);
    expect(await read(id)).toMatchObject({ status: 'cancelled', done: 0 });
    const path = `/v1/workspaces/${tidings.workspaceId}/audit?limit=1`;
    const audit = await tidings.api.get<{ items: { action: string; target: string }[] }>(path);
    expect(audit.body.items[0]).toMatchObject({ action: 'message.replay-cancelled', target: id });
  });

  it.each([
    {},
    { filter: { status: 'pending' } },
    { filter: { since: '2026-01-02T00:00:00Z', until: '2026-01-01T00:00:00Z' } },
  ])('is not started by %j', async (request) => {
    const { status, body } = await tidings.api.post(`${endpoint}/messages/replays`, request);
    expect([status, body['code']]).toEqual([400, 'request.invalid']);
  });

  it('needs the right to manage webhooks, and an endpoint and a replay of the workspace', async () => {
    const viewer = await signUp(tidings.api, 'viewer-of-replays@example.com');
    await tidings.api.put(`/v1/workspaces/${tidings.workspaceId}/members/${viewer.userId}`, { role: 'viewer' });
    expect((await viewer.post(`${endpoint}/messages/replays`, { filter: {} })).status).toBe(403);
    const other = endpoint.replace(endpointId, randomUUID());
    expect((await tidings.api.post(`${other}/messages/replays`, { filter: {} })).body['code']).toBe(
      'endpoint.not-found',
    );
    for (const call of ['get', 'delete'] as const) {
      const { body } = await tidings.api[call](`${endpoint}/messages/replays/${randomUUID()}`);
      expect(body['code']).toBe('message.replay-not-found');
    }
  });
});
