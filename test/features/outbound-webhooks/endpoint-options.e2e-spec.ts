import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import type { Schemas } from '../../support/api.js';
import { startTidings, type RunningTidings } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';
import { startReceiver, type Receiver } from '../../support/receiver.js';
import { post } from '../../support/webhooks.js';

let tidings: RunningTidings;
let endpoints: string;
let receiver: Receiver;

beforeAll(async () => {
  tidings = await startTidings({ OUTBOUND_TO_LOOPBACK: 'true' });
  endpoints = `/v1/workspaces/${tidings.workspaceId}/endpoints`;
});
afterAll(() => tidings.stop());
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(async () => {
  const { body } = await tidings.api.get<{ items: Schemas['Endpoint'][] }>(endpoints);
  await Promise.all(body.items.map(({ id }) => tidings.api.delete(`${endpoints}/${id}`)));
  await receiver.close();
});

type Made = Schemas['EndpointWithSecret'];

async function createEndpoint(fields: object = {}): Promise<Made> {
  const wanted = { name: 'test', url: `${receiver.url}/in`, eventTypes: ['webhook:received'], ...fields };
  const made = await tidings.api.post<Made>(endpoints, wanted);
  if (made.status !== 201) throw new Error(`The endpoint was not created: ${made.status} ${JSON.stringify(made.body)}`);
  return made.body;
}

const send = (text: string) => post(tidings.openSourceUrl, text);
const titles = () =>
  receiver.received.map(
    ({ body }) => (JSON.parse(body) as { data: { payload: { title: string } } }).data.payload.title,
  );
const messagesOf = async ({ id }: Made) =>
  (await tidings.api.get<{ items: Schemas['Message'][] }>(`${endpoints}/${id}/messages`)).body.items;

describe('the headers of an endpoint', () => {
  it('are sent with each request, and shown by name only', async () => {
    const endpoint = await createEndpoint({ headers: { Authorization: 'Bearer of the receiver', 'X-Team': 'blue' } });
    expect(endpoint.headers).toEqual(['Authorization', 'X-Team']);
    await send('with headers');
    await eventually('a request came', () => receiver.received.length === 1);
    expect(receiver.received[0]?.headers).toMatchObject({ authorization: 'Bearer of the receiver', 'x-team': 'blue' });
    const { body } = await tidings.api.get(`${endpoints}/${endpoint.id}`);
    expect(JSON.stringify(body)).not.toContain('Bearer of the receiver');
  });

  it.each([
    { 'webhook-signature': 'v1,forged' },
    { Host: 'other.example' },
    { 'Transfer-Encoding': 'chunked' },
    { 'x-two': 'lines\r\nx-injected: 1' },
    { 'bad name': '1' },
  ])('may not be %j', async (headers) => {
    const { status } = await tidings.api.post(endpoints, { name: 'test', url: receiver.url, headers });
    expect(status).toBe(400);
  });
});

describe('an endpoint with a filter', () => {
  it('gets only the events that match', async () => {
    await createEndpoint({ filter: { 'payload.title': { $in: ['wanted', 'also wanted'] } } });
    for (const text of ['wanted', 'unwanted', 'also wanted']) await send(text);
    await eventually('two events came', () => titles().length === 2);
    expect(titles().toSorted()).toEqual(['also wanted', 'wanted']);
  });

  it.each([
    { $where: 'this.a' },
    { 'payload.title': { $regex: '(a+)+$' } },
    { a: { $unknown: 1 } },
    { a: 'x'.repeat(5_000) },
    { $or: 'not a list' },
  ])('refuses %j', async (filter) => {
    const { status } = await tidings.api.post(endpoints, { name: 'test', url: receiver.url, filter });
    expect(status).toBe(400);
  });
});

describe('an ordered endpoint', () => {
  it('sends the events in their order, and a failed one stops the others until it is accepted', async () => {
    let failures = 2;
    receiver.answer = ({ body }) => (body.includes('number 2') && failures-- > 0 ? 500 : 204);
    await createEndpoint({ ordered: true, retries: [1, 1, 1] });
    for (let number = 1; number <= 5; number++) await send(`number ${number}`);
    await eventually('all events came', () => titles().at(-1)?.endsWith('number 5'), 15_000);
    expect(
      titles()
        .map((title) => title.slice(-1))
        .join(''),
    ).toBe('1222345');
  });

  it('is disabled when a message has no attempts left, and goes on with that message when it is enabled', async () => {
    // Answers only when both messages wait: a disabled endpoint gets no new ones.
    receiver.answer = async () => {
      await eventually('the second message waits', async () => (await messagesOf(endpoint)).length === 2);
      return 500;
    };
    const endpoint = await createEndpoint({ ordered: true, retries: 'none' });
    await send('first');
    await send('second');
    const read = async () => (await tidings.api.get<Made>(`${endpoints}/${endpoint.id}`)).body;
    await eventually('the endpoint is disabled', async () => !(await read()).enabled);
    expect(await read()).toMatchObject({ disabledReason: 'failing' });
    receiver.answer = () => 204;
    await tidings.api.patch(`${endpoints}/${endpoint.id}`, { enabled: true });
    await eventually('both events came', () => titles().length === 3, 15_000);
    expect(titles()).toEqual(['first', 'first', 'second']);
  });
});

describe('an endpoint with retries', () => {
  it('of none fails a message after one attempt, and keeps the start of the response', async () => {
    receiver.answer = () => 503;
    const endpoint = await createEndpoint({ retries: 'none' });
    await send('refused');
    const message = await eventually('the message failed', async () =>
      (await messagesOf(endpoint)).find(({ status, attempts }) => status === 'failed' && attempts === 1),
    );
    const path = `${endpoints}/${endpoint.id}/messages/${message.id}`;
    const { body } = await tidings.api.get<Schemas['MessageDetail']>(path);
    expect(body.log).toMatchObject([{ status: 503, response: { headers: { 'x-answer': 'yes' }, body: 'the answer' } }]);
  });
});

describe('an endpoint with a rate limit', () => {
  it('gets no more messages than it says', async () => {
    await createEndpoint({ rateLimit: 4 });
    const begin = performance.now();
    await Promise.all(Array.from({ length: 12 }, (_, number) => send(`limited ${number}`)));
    await eventually('all events came', () => receiver.received.length === 12, 15_000);
    expect(performance.now() - begin).toBeGreaterThan(1_900);
  });
});

describe('a test event', () => {
  it('arrives signed, is recorded, and counts in the figures of the endpoint', async () => {
    const endpoint = await createEndpoint();
    const { status, body } = await tidings.api.post<Schemas['TestSent']>(`${endpoints}/${endpoint.id}/test`, {});
    expect(status).toBe(202);
    await eventually('a request came', () => receiver.received.length === 1);
    const [got] = receiver.received;
    const verified = new Webhook(endpoint.secret).verify(got?.body ?? '', got?.headers as Record<string, string>);
    expect(verified).toMatchObject({ type: 'endpoint:test', data: { payload: { endpointId: endpoint.id } } });
    await eventually('the message is delivered', async () =>
      (await messagesOf(endpoint)).some(({ id, status: sent }) => id === body.messageId && sent === 'delivered'),
    );
    const stats = await tidings.api.get(`${endpoints}/${endpoint.id}/stats`);
    expect(stats.body).toMatchObject({ attempts: 1, accepted: 1, successRate: 1, p50Ms: expect.any(Number) });
  });

  it('is refused for a disabled endpoint', async () => {
    const endpoint = await createEndpoint();
    await tidings.api.patch(`${endpoints}/${endpoint.id}`, { enabled: false });
    const { status, body } = await tidings.api.post(`${endpoints}/${endpoint.id}/test`, {});
    expect([status, body]).toEqual([409, expect.objectContaining({ code: 'endpoint.disabled' })]);
  });
});
