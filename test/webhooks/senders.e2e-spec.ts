import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import type { Api, Schemas } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { FORM, hmacOf, send, sendSigned } from '../support/senders.js';
import { deliveryOf, makeSource, postGithub, type TestSource } from '../support/webhooks.js';

let tidings: RunningTidings;
let api: Api;
let ws: string;

const BODY_BYTES = 26_214_400;

beforeAll(async () => {
  tidings = await startTidings({ WEBHOOK_BODY_BYTES: String(BODY_BYTES) });
  ({ api, workspaceId: ws } = tidings);
});
afterAll(() => tidings.stop());

const settled = (id: string): Promise<Schemas['DeliveryDetail']> =>
  eventually(
    `delivery ${id} is processed or failed`,
    async () => {
      const delivery = await deliveryOf(api, ws, id);
      return delivery.status !== 'received' && delivery;
    },
    30_000,
  );
const storedBy = async ({ id }: TestSource): Promise<number> =>
  (await api.get<{ items: unknown[] }>(`/v1/workspaces/${ws}/deliveries?sourceId=${id}&limit=100`)).body.items.length;
const JSON_TYPE = { 'content-type': 'application/json' };

describe('a large body', () => {
  const commit = (id: number) => ({
    id: String(id).padStart(40, '0'),
    message: 'Fix it',
    author: { name: 'Ada', email: 'a@example.com', username: 'ada' },
    committer: { name: 'Ada', email: 'a@example.com', username: 'ada' },
    added: [],
    removed: [],
    modified: ['README.md'],
    ...Object.fromEntries(Array.from({ length: 7 }, (_, i) => [`field_${i}`, { a: 'x'.repeat(20) }])),
  });
  const push = (commits: unknown[], padding = '') =>
    JSON.stringify({ padding, ref: 'refs/heads/main', commits, pusher: { name: 'ada' }, sender: { login: 'ada' } });

  it('of a push with 600 commits is processed with its title', async () => {
    const source = await makeSource(api, ws, { provider: 'github' });
    const accepted = await postGithub(source, { body: push(Array.from({ length: 600 }, (_, i) => commit(i))) });
    expect(accepted.status).toBe(202);
    const title = 'ada pushed 600 commits to main';
    expect(await settled(accepted.deliveryId)).toMatchObject({ status: 'processed', error: null, title });
  });

  it('of an order with 200 lines is processed with its title', async () => {
    const source = await makeSource(api, ws, { provider: 'shopify' });
    const line = (id: number) => Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`f${i}`, `${id} of ${i}`]));
    const lines = Array.from({ length: 200 }, (_, i) => line(i));
    const body = JSON.stringify({ id: 1, name: '#1001', line_items: lines, total_price: '1.00', currency: 'EUR' });
    const headers = { 'x-shopify-topic': 'orders/create', 'x-shopify-webhook-id': randomUUID() };
    const accepted = await sendSigned('shopify', source, body, headers);
    expect(accepted.status).toBe(202);
    expect(await settled(accepted.deliveryId)).toMatchObject({
      status: 'processed',
      title: 'Order #1001 created (1.00 EUR)',
    });
  });

  it('of 25 MiB is accepted if configured, stored byte for byte and processed', async () => {
    const source = await makeSource(api, ws, { provider: 'github' });
    const empty = Buffer.byteLength(push([commit(1)]));
    const body = push([commit(1)], 'x'.repeat(BODY_BYTES - empty));
    const deliveryId = randomUUID();
    // Retries like a sender: on a busy machine the first response may be a timeout.
    const accepted = await eventually(
      '25 MiB are accepted',
      async () => {
        const answer = await postGithub(source, { body, deliveryId });
        return answer.status === 202 && answer;
      },
      90_000,
    );
    const delivery = await settled(accepted.deliveryId);
    expect(delivery).toMatchObject({ status: 'processed', title: 'ada pushed 1 commit to main' });
    expect(delivery.body === body).toBe(true);
    expect((await send(tidings.openSourceUrl, Buffer.alloc(BODY_BYTES + 1))).status).toBe(413);
  }, 180_000);

  it.each([
    ['100,000 levels', `{"deep":${'['.repeat(100_000)}${']'.repeat(100_000)},"sender":{"login":"ada"}}`],
    ['100,000 keys', JSON.stringify(Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`${i}`, i])))],
    ['an own __proto__', '{"__proto__":{"admin":true},"sender":{"login":"ada"}}'],
    ['NUL in a text', '{"sender":{"login":"a\\u0000da"}}'],
    ['half a surrogate pair', '{"sender":{"login":"ada\\ud800"}}'],
    ['1e400', '{"number":1e400,"sender":{"login":"ada"}}'],
    ['2^53+1', '{"number":9007199254740993,"sender":{"login":"ada"}}'],
  ])('or an unusual body with %s is processed', async (_name, body) => {
    const source = await makeSource(api, ws, { provider: 'github' });
    const accepted = await postGithub(source, { body });
    expect(await settled(accepted.deliveryId)).toMatchObject({ status: 'processed', error: null, body });
  });
});

describe('the response to a sender', () => {
  it.each([
    ['a modal', `payload=${encodeURIComponent('{"type":"view_submission","user":{"id":"U1","username":"ada"}}')}`],
    ['a slash command', 'command=%2Fdeploy&text=now&user_name=ada&channel_name=ops&trigger_id=1'],
    ['a click', `payload=${encodeURIComponent('{"type":"block_actions","user":{"id":"U1","username":"ada"}}')}`],
  ])('is 200 and empty for Slack with %s', async (_name, body) => {
    const source = await makeSource(api, ws, { provider: 'slack' });
    const accepted = await sendSigned('slack', source, body, FORM);
    expect(accepted).toMatchObject({ status: 200, text: '' });
    expect(await settled(accepted.deliveryId)).toMatchObject({ status: 'processed', sender: 'ada' });
    expect((await sendSigned('slack', source, body, FORM)).deliveryId).toBe(accepted.deliveryId);
  });

  it('is 200 for the certificate check of Slack, which is not stored', async () => {
    const source = await makeSource(api, ws, { provider: 'slack' });
    expect(await sendSigned('slack', source, 'ssl_check=1&token=x', FORM)).toMatchObject({ status: 200, text: '' });
    expect(await storedBy(source)).toBe(0);
    expect((await send(source.url, 'ssl_check=1&token=x', FORM)).status).toBe(401);
  });

  it('is 200 for Linear, where a retry with a new timestamp is a duplicate and another body is not', async () => {
    const source = await makeSource(api, ws, { provider: 'linear' });
    const body = (title: string, webhookTimestamp = Date.now()) =>
      JSON.stringify({ action: 'create', type: 'Issue', data: { title }, webhookTimestamp });
    const headers = { ...JSON_TYPE, 'linear-delivery': randomUUID(), 'linear-event': 'Issue' };
    const first = await sendSigned('linear', source, body('Fix it'), headers);
    expect(first).toMatchObject({ status: 200, duplicate: false });
    expect(JSON.parse(first.text)).toEqual({ deliveryId: first.deliveryId, duplicate: false });
    const again = await sendSigned('linear', source, body('Fix it', Date.now() + 1_000), headers);
    expect(again).toMatchObject({ status: 200, duplicate: true, deliveryId: first.deliveryId });
    expect(await sendSigned('linear', source, body('Another'), headers)).toMatchObject({
      status: 200,
      duplicate: false,
    });
  });

  it('is 200 and an empty TwiML document for Twilio', async () => {
    const source = await makeSource(api, ws, { provider: 'twilio' });
    const accepted = await sendSigned('twilio', source, 'From=%2B14155550100&Body=hi&MessageSid=SM1', FORM);
    expect(accepted).toMatchObject({ status: 200, text: '<Response/>', type: expect.stringMatching(/^text\/xml\b/) });
    expect(await settled(accepted.deliveryId)).toMatchObject({ status: 'processed' });
  });

  it('is 200 for the unsigned ping of WooCommerce if the source allows it, and nothing is stored', async () => {
    const options = { header: 'x-wc-webhook-signature', encoding: 'base64' as const };
    const plain = await makeSource(api, ws, { provider: 'hmac', options });
    expect((await send(plain.url, 'webhook_id=12', FORM)).status).toBe(401);
    const source = await makeSource(api, ws, { provider: 'hmac', options: { ...options, answerPings: true } });
    expect(await send(source.url, 'webhook_id=12', FORM)).toMatchObject({ status: 200, text: '' });
    for (const body of ['webhook_id=12&x=1', 'webhook_id=', '{"id":1}'])
      expect([body, (await send(source.url, body, FORM)).status]).toEqual([body, 401]);
    const forged = { ...FORM, 'x-wc-webhook-signature': hmacOf('wrong', 'webhook_id=12', 'base64') };
    expect((await send(source.url, 'webhook_id=12', forged)).status).toBe(401);
    expect(await storedBy(source)).toBe(0);
    const signed = { 'x-wc-webhook-signature': hmacOf(source.secret, '{"id":1}', 'base64') };
    expect((await send(source.url, '{"id":1}', signed)).status).toBe(202);
  });

  it('has the delivery id in a header, also for a duplicate', async () => {
    const body = `hello ${randomUUID()}`;
    const first = await send(tidings.openSourceUrl, body);
    const second = await send(tidings.openSourceUrl, body);
    expect(JSON.parse(first.text)).toEqual({ deliveryId: first.deliveryId, duplicate: false });
    expect(JSON.parse(second.text)).toEqual({ deliveryId: first.deliveryId, duplicate: true });
    expect(second.deliveryId).toBe(first.deliveryId);
  });
});

describe('the content type of a webhook', () => {
  it.each([
    'application/json,application/json',
    'application/json charset=utf-8',
    'application/json; charset=utf-8; charset=utf-8',
    'application/json;',
    'json',
    'text',
    ';',
    '/',
    'application/json\tx',
    'application/x-www-form-urlencoded, application/json',
    '"',
  ])('can be %j and is stored unchanged', async (type) => {
    const body = JSON.stringify({ text: randomUUID() });
    const accepted = await send(tidings.openSourceUrl, body, { 'content-type': type });
    expect(accepted.status).toBe(202);
    const { headers, ...delivery } = await settled(accepted.deliveryId);
    expect(delivery).toMatchObject({ body, status: 'processed' });
    expect(headers['content-type']).toBe(type);
  });

  it.each([
    ['is absent', {}],
    ['is empty', { 'content-type': '' }],
    ['occurs twice', { 'content-type': ['application/json', 'application/json'] }],
  ])('is accepted if it %s', async (_name, headers) => {
    const status = await new Promise((resolve, reject) => {
      const sent = request(tidings.openSourceUrl, { method: 'POST', headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      sent.on('error', reject);
      sent.end(`{"text":"${randomUUID()}"}`);
    });
    expect(status).toBe(202);
  });

  it('is still validated by other endpoints', async () => {
    for (const type of ['application/json,application/json', 'application/json charset=utf-8', 'text/plain']) {
      const response = await fetch(`${tidings.url}/v1/auth/login`, {
        method: 'POST',
        headers: { 'content-type': type },
        body: '{"email":"a@example.com","password":"x"}',
      });
      expect([type, response.status]).toEqual([type, 415]);
    }
  });
});

describe('a source URL with a trailing slash', () => {
  it('is the same source, also with a query, unlike on other routes', async () => {
    for (const end of ['/', '//', '/?a=1'])
      expect((await send(`${tidings.openSourceUrl}${end}`, randomUUID())).status).toBe(202);
    expect((await send(`${tidings.openSourceUrl}/x`, randomUUID())).status).toBe(404);
    expect((await fetch(`${tidings.url}/health/live/`)).status).toBe(404);
  });

  it('is verified with the URL that the sender signed', async () => {
    const source = await makeSource(api, ws, { provider: 'twilio' });
    const slashed = { ...source, url: `${source.url}/` };
    expect((await sendSigned('twilio', slashed, 'From=%2B1&Body=hi', FORM)).status).toBe(200);
  });
});

describe('a body of any kind', () => {
  it.each([
    ['XML', '<?xml version="1.0"?>\n<order id="7"><name>Two &amp; three</name></order>', 'Two & three'],
    ['XML without a title', '<ns:order xmlns:ns="urn:x"><ns:id>7</ns:id></ns:order>', 'ns:order'],
    ['lines of JSON', '{"message":"first"}\n{"message":"second"}\n', 'first'],
    ['a list', '[{"title":"of a list"},{}]', 'of a list'],
    ['a form', 'title=from+a+form&x=1', 'from a form'],
    ['nothing', '', 'An empty message'],
    ['bytes', Buffer.from([0, 255, 254]), 'A message of 3 bytes'],
  ])('gets a title: %s', async (name, body, title) => {
    const source = await makeSource(api, ws, { provider: 'open' });
    const accepted = await send(source.url, body, name === 'a form' ? FORM : {});
    expect(await settled(accepted.deliveryId)).toMatchObject({ status: 'processed', title });
  });

  it('is processed if a named sender sends XML', async () => {
    const source = await makeSource(api, ws, { provider: 'shopify' });
    const headers = { 'x-shopify-topic': 'orders/create', 'x-shopify-webhook-id': randomUUID() };
    const accepted = await sendSigned('shopify', source, '<order><id>1</id></order>', headers);
    expect(await settled(accepted.deliveryId)).toMatchObject({ status: 'processed', title: 'Order created' });
  });
});
