import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createHmac, randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import Stripe from 'stripe';
import { signUp, type Schemas } from '../../support/api.js';
import { startTidings, type RunningTidings } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';
import { startReceiver, type Receiver } from '../../support/receiver.js';
import { makeSource } from '../../support/webhooks.js';

const STRIPE_SECRET = 'whsec_of_the_stripe_source';

let tidings: RunningTidings;
let workspace: string;
let receiver: Receiver;

beforeAll(async () => {
  tidings = await startTidings({ OUTBOUND_TO_LOOPBACK: 'true' });
  workspace = `/v1/workspaces/${tidings.workspaceId}`;
});
afterAll(() => tidings.stop());
beforeEach(async () => {
  await receiver?.close();
  receiver = await startReceiver();
});
afterAll(() => receiver.close());

type Made = Schemas['EndpointWithSecret'];

async function relayTo(sourceIds: string[], fields: object = {}): Promise<Made> {
  const wanted = { name: 'backend', url: `${receiver.url}/stripe`, kind: 'relay', sourceIds, ...fields };
  const made = await tidings.api.post<Made>(`${workspace}/endpoints`, wanted);
  if (made.status !== 201) throw new Error(`The relay was not created: ${made.status} ${JSON.stringify(made.body)}`);
  return made.body;
}

/** Bytes that a parser and a serializer would change: spaces, an escape, a number with a trailing zero. */
const stripeBody = (id: string) =>
  `{ "id": "${id}", "object": "event",  "type": "charge.succeeded", "data": {"object": {"amount": 10.0, "note": "\\u00e4"}} }`;

async function sendStripe(url: string, body: string): Promise<string> {
  const timestamp = Math.floor(Date.now() / 1_000);
  const signature = createHmac('sha256', STRIPE_SECRET).update(`${timestamp}.${body}`).digest('hex');
  const headers = { 'content-type': 'application/json', 'stripe-signature': `t=${timestamp},v1=${signature}` };
  const answer = await fetch(url, { method: 'POST', headers, body });
  return ((await answer.json()) as { deliveryId: string }).deliveryId;
}

describe('a relay', () => {
  it('sends a Stripe webhook on so that the library of Stripe accepts the original signature', async () => {
    const options = { provider: 'stripe', secrets: [STRIPE_SECRET] };
    const source = await makeSource(tidings.api, tidings.workspaceId, options);
    const relay = await relayTo([source.id], { headers: { 'x-from': 'tidings' } });
    expect(relay).toMatchObject({ kind: 'relay', sourceIds: [source.id] });
    const body = stripeBody(`evt_${randomUUID()}`);
    const deliveryId = await sendStripe(source.url, body);
    await eventually('the webhook is relayed', () => receiver.received.length === 1);
    const [got] = receiver.received;
    expect(got?.body).toBe(body);
    const signature = String(got?.headers['stripe-signature']);
    const event = new Stripe('sk_test_unused').webhooks.constructEvent(got?.body ?? '', signature, STRIPE_SECRET);
    expect(event.type).toBe('charge.succeeded');
    expect(got?.headers).toMatchObject({ 'tidings-delivery-id': deliveryId, 'x-from': 'tidings' });
    expect(got?.headers['host']).toBe(new URL(receiver.url).host);
    const signed = got?.headers as Record<string, string>;
    expect(new Webhook(relay.secret).verify(got?.body ?? '', signed)).toMatchObject({ type: 'charge.succeeded' });
  });

  it('keeps the signature of a sender that uses the headers of Standard Webhooks', async () => {
    const secret = `whsec_${Buffer.from('a secret of the sender, long').toString('base64')}`;
    const options = { provider: 'standard-webhooks', secrets: [secret] };
    const source = await makeSource(tidings.api, tidings.workspaceId, options);
    const relay = await relayTo([source.id]);
    const [id, body, at] = [`msg_${randomUUID()}`, '{"type":"a.b","data":{}}', new Date()];
    const headers = {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': new Webhook(secret).sign(id, at, body),
    };
    await fetch(source.url, { method: 'POST', headers, body });
    await eventually('the webhook is relayed', () => receiver.received.length === 1);
    const got = receiver.received[0]?.headers as Record<string, string>;
    expect(new Webhook(secret).verify(body, got)).toEqual({ type: 'a.b', data: {} });
    const own = Object.fromEntries(
      ['id', 'timestamp', 'signature'].map((part) => [`webhook-${part}`, got[`tidings-webhook-${part}`] ?? '']),
    );
    expect(new Webhook(relay.secret).verify(body, own)).toEqual({ type: 'a.b', data: {} });
  });

  it('gets only the webhooks of its sources, and no other event', async () => {
    const [chosen, other] = await Promise.all(
      [1, 2].map(() => makeSource(tidings.api, tidings.workspaceId, { provider: 'open' })),
    );
    await relayTo([chosen?.id ?? '']);
    await fetch(other?.url ?? '', { method: 'POST', body: 'of the other source' });
    await tidings.api.post(`${workspace}/tasks`, { title: 'an event, not a webhook' });
    await fetch(chosen?.url ?? '', { method: 'POST', body: 'of the chosen source' });
    await eventually('the webhook is relayed', () => receiver.received.length > 0);
    expect(receiver.received.map(({ body }) => body)).toEqual(['of the chosen source']);
  });

  it('in order sends one webhook at a time, in the order of processing', async () => {
    const source = await makeSource(tidings.api, tidings.workspaceId, { provider: 'open' });
    await relayTo([source.id], { ordered: true, retries: [1, 1] });
    let failures = 1;
    receiver.answer = ({ body }) => (body === 'number 2' && failures-- > 0 ? 500 : 204);
    for (let number = 1; number <= 4; number++) await fetch(source.url, { method: 'POST', body: `number ${number}` });
    await eventually('all are relayed', () => receiver.received.length === 5, 15_000);
    expect(receiver.received.map(({ body }) => body.slice(-1)).join('')).toBe('12234');
  });

  it('shows nothing to a maker who may no longer see bodies', async () => {
    const source = await makeSource(tidings.api, tidings.workspaceId, { provider: 'open' });
    const maker = await signUp(tidings.api, `maker-${randomUUID()}@example.com`);
    const member = `${workspace}/members/${maker.userId}`;
    await tidings.api.put(member, { role: 'member', grant: ['webhooks:manage'] });
    const wanted = { name: 'relay', url: receiver.url, kind: 'relay', sourceIds: [source.id] };
    await maker.post(`${workspace}/endpoints`, wanted);
    await fetch(source.url, { method: 'POST', body: 'before' });
    await eventually('the webhook is relayed', () => receiver.received.length === 1);
    await tidings.api.put(member, { role: 'member', grant: ['webhooks:manage'], deny: ['webhooks:bodies'] });
    const refused = await maker.post<{ code: string }>(`${workspace}/endpoints`, wanted);
    expect([refused.status, refused.body.code]).toEqual([403, 'permission.denied']);
    await fetch(source.url, { method: 'POST', body: 'after' });
    await relayTo([source.id], { url: `${receiver.url}/other` });
    await fetch(source.url, { method: 'POST', body: 'the last' });
    await eventually('another relay got the last', () =>
      receiver.received.some(({ path, body }) => path === '/other' && body === 'the last'),
    );
    expect(receiver.received.filter(({ path }) => path !== '/other').map(({ body }) => body)).toEqual(['before']);
  });
});
