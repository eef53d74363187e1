import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTidings, type RunningTidings } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { startReceiver } from '../support/receiver.js';
import { deliveryOf, makeSource, post, webhookEvents, type EventView, type TestSource } from '../support/webhooks.js';

let tidings: RunningTidings;
let source: TestSource;
let workspace: string;

beforeAll(async () => {
  tidings = await startTidings({ OUTBOUND_TO_LOOPBACK: 'true' });
  workspace = `/v1/workspaces/${tidings.workspaceId}`;
  source = await makeSource(tidings.api, tidings.workspaceId, {
    provider: 'open',
    eventPerItem: true,
    include: 'body',
    dedupWindowSeconds: 0,
  });
});
afterAll(() => tidings.stop());

interface ItemView extends EventView {
  readonly payload: EventView['payload'] & { readonly item?: object; readonly body?: unknown };
}

const processed = (id: string) =>
  eventually('it is processed', async () => {
    const delivery = await deliveryOf(tidings.api, tidings.workspaceId, id);
    return delivery.status === 'processed' && delivery;
  });

async function eventsOf(id: string): Promise<ItemView[]> {
  await processed(id);
  const events = (await webhookEvents(tidings.api, tidings.workspaceId)) as ItemView[];
  return events.filter(({ payload }) => payload.deliveryId === id);
}

describe('a source with an event per item', () => {
  it.each([
    ['a list', '[{"id":"e1","title":"first"},{"title":"second"}]'],
    ['JSON Lines', '{"id":"e1","title":"first"}\n{"title":"second"}\n'],
  ])('makes an event for each item of %s, in order', async (_name, body) => {
    const { deliveryId } = await post(source.url, body);
    const events = await eventsOf(deliveryId);
    expect(events.map(({ payload: { title, item, body: value } }) => [title, item, value])).toEqual([
      ['first', { index: 0, id: 'e1' }, { id: 'e1', title: 'first' }],
      ['second', { index: 1 }, { title: 'second' }],
    ]);
    const delivery = await processed(deliveryId);
    expect([delivery.eventId, delivery.event?.offset]).toEqual([events[0]?.id, events[0]?.offset]);
  });

  it('makes one event for a body of another kind', async () => {
    const { deliveryId } = await post(source.url, '{"title":"alone"}');
    const events = await eventsOf(deliveryId);
    expect(events.map(({ payload }) => [payload.title, payload.item])).toEqual([['alone', undefined]]);
  });

  it('makes 1,000 events of more items, and says so in each', async () => {
    const list = JSON.stringify(Array.from({ length: 1_200 }, (_, i) => ({ title: `t${i}` })));
    const [first, second] = await Promise.all([post(source.url, list), post(source.url, list)]);
    for (const { deliveryId } of [first, second]) {
      const events = await eventsOf(deliveryId);
      expect(events.map(({ payload }) => payload.title)).toEqual(Array.from({ length: 1_000 }, (_, i) => `t${i}`));
      expect(events.every(({ payload }) => 'truncated' in (payload.item ?? {}))).toBe(true);
    }
  });

  it('makes no event again when its delivery is replayed', async () => {
    const { deliveryId } = await post(source.url, '[{"title":"a"},{"title":"b"}]');
    const before = await eventsOf(deliveryId);
    await tidings.api.post(`${workspace}/deliveries/${deliveryId}/replay`);
    await eventually('it is processed again', async () => {
      const { body } = await tidings.api.get<{ items: unknown[] }>(`${workspace}/deliveries/${deliveryId}/attempts`);
      return body.items.length === 2;
    });
    expect(await eventsOf(deliveryId)).toEqual(before);
  });

  it('has each delivery relayed once', async () => {
    const receiver = await startReceiver();
    // A source of its own: events of the tests before may still be on their way to endpoints.
    const relayed = await makeSource(tidings.api, tidings.workspaceId, { provider: 'open', eventPerItem: true });
    const wanted = { name: 'relay', url: receiver.url, kind: 'relay', sourceIds: [relayed.id], ordered: true };
    expect((await tidings.api.post(`${workspace}/endpoints`, wanted)).status).toBe(201);
    for (const body of ['[{"title":"a"},{"title":"b"}]', 'the last']) await post(relayed.url, body);
    await eventually('the last is relayed', () => receiver.received.some(({ body }) => body === 'the last'));
    expect(receiver.received.map(({ body }) => body)).toEqual(['[{"title":"a"},{"title":"b"}]', 'the last']);
    await receiver.close();
  });

  it('is shown and changed, and others make one event for a list', async () => {
    const plain = await makeSource(tidings.api, tidings.workspaceId, { provider: 'open' });
    const { deliveryId } = await post(plain.url, '[{"title":"a"},{"title":"b"}]');
    expect(await eventsOf(deliveryId)).toHaveLength(1);
    const changed = await tidings.api.patch(`${workspace}/sources/${plain.id}`, { eventPerItem: true });
    expect(changed.body).toMatchObject({ eventPerItem: true });
    expect((await tidings.api.patch(`${workspace}/sources/${plain.id}`, { eventPerItem: 1 })).status).toBe(400);
  });
});
