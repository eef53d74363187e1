import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Api, Schemas } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { deliveryOf, makeSource, post, webhookEvents, type TestSource } from '../support/webhooks.js';

let tidings: RunningTidings;
let api: Api;
let ws: string;
let path: string;
let client: pg.Client;

beforeAll(async () => {
  tidings = await startTidings();
  ({ api, workspaceId: ws } = tidings);
  client = new pg.Client({ connectionString: tidings.databaseUrl });
  await client.connect();
  path = `/v1/workspaces/${ws}/deliveries`;
});
afterAll(async () => {
  await client?.end();
  await tidings?.stop();
});

const makeOpen = () => makeSource(api, ws, { provider: 'open' });
const list = async (query: string) =>
  (await api.get<{ items: Schemas['Delivery'][] }>(`${path}?limit=200&${query}`)).body.items;

async function receive(source: TestSource, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n++) ids.push((await post(source.url, `{"n":${n},"of":"${source.id}"}`)).deliveryId);
  await allProcessed(source, count);
  return ids;
}

async function allProcessed(source: TestSource, count: number): Promise<void> {
  await eventually(
    `${count} deliveries are processed`,
    async () => (await list(`status=processed&sourceId=${source.id}`)).length === count,
  );
}

async function replay(request: object): Promise<Schemas['DeliveryReplay']> {
  const { status, body } = await api.post<{ id: string }>(`${path}/replays`, request);
  expect([status, body]).toEqual([202, { id: expect.any(String) }]);
  return eventually('the replay has ended', async () => {
    const found = (await api.get<Schemas['DeliveryReplay']>(`${path}/replays/${body.id}`)).body;
    return found.status !== 'running' && found;
  });
}
const eventsOf = async (ids: readonly string[]) =>
  (await webhookEvents(api, ws)).filter(({ payload }) => ids.includes(payload.deliveryId));

describe('a replay of many deliveries', () => {
  it('processes those of its filter again and makes no second event', async () => {
    const [source, other] = [await makeOpen(), await makeOpen()];
    const ids = await receive(source, 3);
    await receive(other, 1);
    expect(await replay({ filter: { sourceId: source.id } })).toMatchObject({ status: 'done', total: null, done: 3 });
    await allProcessed(source, 3);
    expect(await eventsOf(ids)).toHaveLength(3);
    for (const id of ids) {
      const attempts = await api.get<Schemas['DeliveryAttempts']>(`${path}/${id}/attempts`);
      expect(attempts.body.items.map(({ outcome }) => outcome)).toEqual(['processed', 'processed']);
    }
  });

  it('makes new deliveries that name the old ones, in their order, when it is told to', async () => {
    const source = await makeOpen();
    const ids = await receive(source, 3);
    const made = await replay({ filter: { sourceId: source.id, body: { of: source.id } }, asNew: true });
    expect(made).toMatchObject({ status: 'done', done: 3, asNew: true });
    await allProcessed(source, 6);
    const repeats = (await list(`sourceId=${source.id}`)).filter((delivery) => delivery.repeats !== null).toReversed();
    expect(repeats.map((delivery) => delivery.repeats)).toEqual(ids);
    const { body } = await deliveryOf(api, ws, repeats[2]?.id ?? '');
    expect(body).toBe(`{"n":2,"of":"${source.id}"}`);
    const events = await eventsOf(repeats.map(({ id }) => id));
    expect(events.map(({ payload }) => payload.deliveryId)).toEqual(repeats.map(({ id }) => id));
  });

  it('takes named deliveries, and counts those that the workspace does not have', async () => {
    const source = await makeOpen();
    const [first = '', second = ''] = await receive(source, 3);
    const ended = await replay({ ids: [second, first, randomUUID(), first], asNew: true });
    expect(ended).toMatchObject({ status: 'done', total: 3, done: 2, failed: 1 });
    await allProcessed(source, 5);
  });

  it('goes on after a lost job, and does nothing twice when its job runs twice', async () => {
    const source = await makeOpen();
    await receive(source, 2);
    const { id } = await replay({ filter: { sourceId: source.id }, asNew: true });
    await client.query(
      `UPDATE delivery_replays SET status = 'running', cursor = (
         SELECT max(id::text)::uuid FROM deliveries WHERE source_id = $2 AND repeats IS NULL),
         moved_at = now() - interval '1 minute' WHERE id = $1`,
      [id, source.id],
    );
    await eventually('the sweep has ended it', async () => {
      const { body } = await api.get<Schemas['DeliveryReplay']>(`${path}/replays/${id}`);
      return body.status === 'done' && body.done === 2;
    });
    expect(await list(`sourceId=${source.id}`)).toHaveLength(4);
  });

  it('can be cancelled, also after its end, and is audited', async () => {
    const source = await makeOpen();
    const { body } = await api.post<{ id: string }>(`${path}/replays`, { filter: { sourceId: source.id } });
    expect((await api.delete(`${path}/replays/${body.id}`)).status).toBe(204);
    const { status } = (await api.get<Schemas['DeliveryReplay']>(`${path}/replays/${body.id}`)).body;
    expect(['cancelled', 'done']).toContain(status);
    const audit = await api.get<{ items: { action: string; target: string }[] }>(`/v1/workspaces/${ws}/audit?limit=2`);
    expect(audit.body.items.map(({ action, target }) => [action, target])).toEqual([
      ['delivery.replay-cancelled', body.id],
      ['delivery.replayed', body.id],
    ]);
    expect((await api.delete(`${path}/replays/${randomUUID()}`)).status).toBe(404);
  });

  it.each([
    {},
    { filter: {}, ids: [randomUUID()] },
    { ids: [] },
    { filter: { colour: 'red' } },
    { filter: { body: JSON.parse('{"__proto__":"x"}') as object } },
    { filter: { since: '2026-01-02T00:00:00Z', until: '2026-01-01T00:00:00Z' } },
  ])('is refused with %j', async (request) => {
    expect(await api.post(`${path}/replays`, request)).toMatchObject({ status: 400 });
  });
});
