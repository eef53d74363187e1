import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Api, Schemas } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { deliveryOf, makeSource, post, postGithub, webhookEvents, type TestSource } from '../support/webhooks.js';

type Page = { items: Schemas['Delivery'][]; nextCursor: string | null; stopped: boolean };

let tidings: RunningTidings;
let api: Api;
let ws: string;
let github: TestSource;
let open: TestSource;

beforeAll(async () => {
  tidings = await startTidings();
  ({ api, workspaceId: ws } = tidings);
  github = await makeSource(api, ws, { provider: 'github' });
  open = await makeSource(api, ws, { provider: 'open' });
});
afterAll(() => tidings.stop());

async function list(query: string): Promise<Page> {
  const answer = await api.get<Page>(`/v1/workspaces/${ws}/deliveries?${query}`);
  expect(answer.status).toBe(200);
  return answer.body;
}
const idsOf = async (query: string): Promise<string[]> => (await list(query)).items.map(({ id }) => id);
const settled = (id: string) =>
  eventually(`delivery ${id} is processed or failed`, async () => {
    const delivery = await deliveryOf(api, ws, id);
    return delivery.status !== 'received' && delivery;
  });

async function received(sent: Promise<{ deliveryId: string }>): Promise<string> {
  const { deliveryId } = await sent;
  await settled(deliveryId);
  return deliveryId;
}
const pushOf = (login: string, more = {}) =>
  JSON.stringify({ ref: 'refs/heads/main', after: randomUUID(), sender: { login }, ...more });

describe('the list of deliveries', () => {
  let push: string;
  let ping: string;
  let broken: string;
  let note: string;
  const senderId = randomUUID();

  beforeAll(async () => {
    push = await received(
      postGithub(github, { body: pushOf('Mona-Lisa', { size: 3, commits: [{ id: 'c1' }] }), deliveryId: senderId }),
    );
    ping = await received(postGithub(github, { body: '{"zen":"Keep it simple","size":"3"}', event: 'ping' }));
    broken = await received(postGithub(github, { body: '{"not": json' }));
    note = await received(post(open.url, `{"note":"${randomUUID()}","size":3,"none":null}`));
  });

  it('filters by each field, newest first', async () => {
    expect(await idsOf('')).toEqual([note, broken, ping, push]);
    expect(await idsOf('status=failed')).toEqual([broken]);
    expect(await idsOf('status=processed')).toEqual([note, ping, push]);
    expect(await idsOf('status=received')).toEqual([]);
    expect(await idsOf(`sourceId=${open.id}`)).toEqual([note]);
    expect(await idsOf('provider=github')).toEqual([broken, ping, push]);
    expect(await idsOf('eventType=ping')).toEqual([ping]);
    expect(await idsOf(`providerDeliveryId=${senderId}`)).toEqual([push]);
  });

  it('finds a part of the title or sender in any case', async () => {
    expect(await idsOf('q=mona-l')).toEqual([push]);
    expect(await idsOf(`q=${encodeURIComponent('100%')}`)).toEqual([]);
  });

  it('takes the deliveries of a time window, whose end is exclusive', async () => {
    const { receivedAt } = await deliveryOf(api, ws, ping);
    expect(await idsOf(`until=${receivedAt}`)).toEqual([push]);
    expect(await idsOf(`since=${receivedAt}`)).toEqual([note, broken, ping]);
  });

  it('finds values of JSON bodies by their path', async () => {
    expect(await idsOf('body.sender.login=Mona-Lisa')).toEqual([push]);
    expect(await idsOf('body.commits.0.id=c1')).toEqual([push]);
    expect(await idsOf('body.size=3')).toEqual([note, ping, push]);
    expect(await idsOf('body.size=3&body.none=null')).toEqual([note]);
    expect(await idsOf('body.size=3&provider=github&eventType=push')).toEqual([push]);
    expect(await idsOf('body.commits.length=1')).toEqual([]);
    expect(await idsOf('body.sender.__proto__=x')).toEqual([]);
  });

  it('goes on after its cursor, with every filter', async () => {
    for (const filter of ['provider=github', 'body.size=3']) {
      const seen: string[] = [];
      for (let cursor = ''; ;) {
        const { items, nextCursor, stopped } = await list(`${filter}&limit=1${cursor}`);
        expect(stopped).toBe(false);
        seen.push(...items.map(({ id }) => id));
        if (nextCursor === null) break;
        cursor = `&cursor=${nextCursor}`;
      }
      expect(seen).toHaveLength(3);
      expect(new Set(seen).size).toBe(3);
    }
  });

  it.each([
    'since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z',
    'since=yesterday',
    'status=lost',
    'body..a=1',
    'body.__proto__=x',
    'body.a=1&body.a=2',
    'q=',
  ])('refuses %s', async (query) => {
    expect(await api.get(`/v1/workspaces/${ws}/deliveries?${query}`)).toMatchObject({ status: 400 });
  });

  it('names the place of the event in the log', async () => {
    const events = await webhookEvents(api, ws);
    const delivery = await deliveryOf(api, ws, ping);
    const { id, offset } = events.find(({ payload }) => payload.deliveryId === ping) ?? {};
    expect(delivery.event).toEqual({ channel: `webhooks:${ws}`, offset, id });
    expect((await deliveryOf(api, ws, broken)).event).toBeNull();
  });

  it('has the attempts of each delivery', async () => {
    const attempts = (id: string) =>
      api.get<Schemas['DeliveryAttempts']>(`/v1/workspaces/${ws}/deliveries/${id}/attempts`);
    const time = expect.stringMatching(/^20\d\d-.*Z$/);
    const ms = expect.any(Number);
    expect((await attempts(ping)).body.items).toEqual([{ at: time, ms, outcome: 'processed', error: null }]);
    const failure = { at: time, ms, outcome: 'failed', error: 'The body is not JSON.' };
    expect((await attempts(broken)).body.items).toEqual([failure]);
    await api.post(`/v1/workspaces/${ws}/deliveries/${broken}/replay`);
    await eventually('there are two attempts', async () => (await attempts(broken)).body.items.length === 2);
    await api.post(`/v1/workspaces/${ws}/deliveries/${ping}/replay`);
    await eventually('there are two successes', async () => (await attempts(ping)).body.items.length === 2);
    expect((await attempts(randomUUID())).status).toBe(404);
  });

  it('is counted by status over time', async () => {
    const stats = async (query: string) =>
      (await api.get<Schemas['DeliveryStats']>(`/v1/workspaces/${ws}/deliveries/stats?${query}`)).body;
    const day = await stats('');
    expect(day).toMatchObject({ bucketSeconds: 3600, stopped: false, countedSince: day.since });
    expect(day.buckets.length).toBeGreaterThanOrEqual(24);
    const sum = (status: 'processed' | 'failed') => day.buckets.reduce((total, bucket) => total + bucket[status], 0);
    expect([sum('processed'), sum('failed')]).toEqual([3, 1]);
    const { receivedAt } = await deliveryOf(api, ws, note);
    const window = `since=${receivedAt}&until=${new Date(Date.parse(receivedAt) + 1).toISOString()}`;
    const one = await stats(`${window}&bucket=1&sourceId=${open.id}`);
    expect(one.buckets).toEqual([expect.objectContaining({ received: 0, processed: 1, failed: 0 })]);
  });

  it.each(['bucket=0', 'bucket=week', 'since=2020-01-01T00:00:00Z&bucket=minute'])(
    'is not counted by %s',
    async (query) => {
      expect(await api.get(`/v1/workspaces/${ws}/deliveries/stats?${query}`)).toMatchObject({ status: 400 });
    },
  );
});
