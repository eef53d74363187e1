import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHmac, randomUUID } from 'node:crypto';
import type { Schemas } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { startReceiver, type Receiver } from '../support/receiver.js';
import { deliveryOf, makeSource, webhookEvents, type TestSource } from '../support/webhooks.js';

let tidings: RunningTidings;
let receiver: Receiver;
let twilio: TestSource;
let workspace: string;

beforeAll(async () => {
  tidings = await startTidings({ OUTBOUND_TO_LOOPBACK: 'true' });
  receiver = await startReceiver();
  twilio = await makeSource(tidings.api, tidings.workspaceId, { provider: 'twilio' });
  workspace = `/v1/workspaces/${tidings.workspaceId}`;
});
afterAll(async () => {
  await receiver.close();
  await tidings.stop();
});

const queryWith = (text: string) => `From=%2B14155550100&To=%2B14155550199&Body=${text}&SmsStatus=received`;

const signed = (url: string, secret = twilio.secret) => ({
  'x-twilio-signature': createHmac('sha1', secret).update(url).digest('base64'),
});

const call = (url: string, headers: Record<string, string>, method = 'GET') => fetch(url, { method, headers });

const deliveriesOf = async ({ id }: TestSource): Promise<Schemas['Delivery'][]> =>
  (await tidings.api.get<{ items: Schemas['Delivery'][] }>(`${workspace}/deliveries?sourceId=${id}`)).body.items;

async function deliver(text: string): Promise<string> {
  const url = `${twilio.url}?${queryWith(text)}`;
  const answer = await call(url, signed(url));
  return answer.headers.get('tidings-delivery-id') ?? '';
}

describe('a webhook by GET', () => {
  it('is stored with its query, answered as by POST, and makes an event', async () => {
    const text = `hi-${randomUUID()}`;
    const url = `${twilio.url}?${queryWith(text)}`;
    const answer = await call(url, signed(url));
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
      200,
      expect.stringContaining('text/xml'),
      '<Response/>',
    ]);
    const id = answer.headers.get('tidings-delivery-id') ?? '';
    expect(await deliveryOf(tidings.api, tidings.workspaceId, id)).toMatchObject({
      method: 'GET',
      body: queryWith(text),
    });
    const event = await eventually('the event arrives', async () =>
      (await webhookEvents(tidings.api, tidings.workspaceId)).find(({ payload }) => payload.deliveryId === id),
    );
    expect(event.payload).toMatchObject({
      eventType: 'message.received',
      title: `Message from +14155550100 to +14155550199 received: ${text}`,
    });
    const again = await call(url, signed(url));
    expect(again.headers.get('tidings-delivery-id')).toBe(id);
  });

  it('gets 401 when its query was changed, and is listed as refused', async () => {
    const source = await makeSource(tidings.api, tidings.workspaceId, { provider: 'twilio' });
    const url = `${source.url}?${queryWith('genuine')}`;
    const forged = `${source.url}?${queryWith('forged')}`;
    expect((await call(forged, signed(url, source.secret))).status).toBe(401);
    expect((await call(`${url}&x=1`, signed(url, source.secret))).status).toBe(401);
    expect((await call(source.url, signed(url, source.secret))).status).toBe(401);
    expect(await deliveriesOf(source)).toEqual([]);
    await eventually('all are listed', async () => {
      const { body } = await tidings.api.get<{ items: unknown[] }>(`${workspace}/refused?sourceId=${source.id}`);
      return body.items.length === 3;
    });
  });

  it('is accepted once its source has the right secret, still as a GET', async () => {
    const source = await makeSource(tidings.api, tidings.workspaceId, { provider: 'twilio' });
    const url = `${source.url}?${queryWith('early')}`;
    const secret = 'f8c1b7a6d5e4c3b2a1908f7e6d5c4b31';
    expect((await call(url, signed(url, secret))).status).toBe(401);
    const refused = await eventually('it is listed', async () => {
      const { body } = await tidings.api.get<{ items: Schemas['RefusedRequest'][] }>(
        `${workspace}/refused?sourceId=${source.id}`,
      );
      return body.items[0];
    });
    await tidings.api.patch(`${workspace}/sources/${source.id}`, { secrets: [secret] });
    const { body } = await tidings.api.post<{ deliveryId: string }>(`${workspace}/refused/${refused.id}/accept`);
    expect(await deliveryOf(tidings.api, tidings.workspaceId, body.deliveryId)).toMatchObject({
      method: 'GET',
      body: queryWith('early'),
    });
  });

  it('stores nothing by HEAD, or at a source whose sender delivers by POST only', async () => {
    const source = await makeSource(tidings.api, tidings.workspaceId, { provider: 'twilio' });
    const url = `${source.url}?${queryWith('head')}`;
    expect((await call(url, signed(url, source.secret), 'HEAD')).status).toBe(404);
    expect(await deliveriesOf(source)).toEqual([]);
    expect((await call(`${tidings.openSourceUrl}?${queryWith('open')}`, {})).status).toBe(404);
  });

  it('is relayed as a GET with its query after that of the endpoint', async () => {
    const wanted = { name: 'backend', url: `${receiver.url}/sms?from=tidings`, kind: 'relay', sourceIds: [twilio.id] };
    expect((await tidings.api.post(`${workspace}/endpoints`, wanted)).status).toBe(201);
    const text = `relay-${randomUUID()}`;
    const id = await deliver(text);
    await eventually('it is relayed', () => receiver.received.length === 1);
    const [got] = receiver.received;
    expect(got).toMatchObject({ method: 'GET', path: `/sms?from=tidings&${queryWith(text)}`, body: '' });
    expect(got?.headers).toMatchObject({
      'tidings-delivery-id': id,
      'x-twilio-signature': signed(`${twilio.url}?${queryWith(text)}`)['x-twilio-signature'],
      'webhook-signature': expect.stringMatching(/^v1,/),
    });
    await fetch(twilio.url, { method: 'POST', body: 'Body=hi', headers: signed(`${twilio.url}Bodyhi`) });
    await eventually('the POST is relayed', () => receiver.received.length === 2);
    expect(receiver.received[1]).toMatchObject({ method: 'POST', path: '/sms?from=tidings' });
  });

  it('keeps its method when a replay repeats it as new', async () => {
    const id = await deliver(`again-${randomUUID()}`);
    await tidings.api.post(`${workspace}/deliveries/replays`, { ids: [id], asNew: true });
    const repeated = await eventually('it is repeated', async () =>
      (await deliveriesOf(twilio)).find(({ repeats }) => repeats === id),
    );
    expect((await deliveryOf(tidings.api, tidings.workspaceId, repeated.id)).method).toBe('GET');
  });
});
