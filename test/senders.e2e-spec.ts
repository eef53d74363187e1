import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { loadFixtures } from '../src/webhooks/providers/fixtures.js';
import type { Api, Schemas } from './support/api.js';
import { startTidings, type RunningTidings } from './support/app.js';
import { eventually } from './support/eventually.js';
import {
  deliveryOf,
  githubHeaders,
  makeSource,
  postGithub,
  webhookEvents,
  type TestSource,
} from './support/webhooks.js';

let tidings: RunningTidings;
let api: Api;
let ws: string;
let sources: string;

const BODY_BYTES = 26_214_400;

beforeAll(async () => {
  tidings = await startTidings({ WEBHOOK_BODY_BYTES: String(BODY_BYTES) });
  ({ api, workspaceId: ws } = tidings);
  sources = `/v1/workspaces/${ws}/sources`;
});
afterAll(() => tidings.stop());

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  readonly deliveryId: string;
  readonly duplicate: boolean | undefined;
}

async function send(url: string, body: string | Buffer, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(url, { method: 'POST', headers, body });
  const text = await response.text();
  const json = text.startsWith('{') ? (JSON.parse(text) as { duplicate?: boolean }) : {};
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    text,
    deliveryId: response.headers.get('tidings-delivery-id') ?? '',
    duplicate: json.duplicate,
  };
}

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
const hmacOf = (secret: string, body: string, encoding: 'hex' | 'base64' = 'hex') =>
  createHmac('sha256', secret).update(body).digest(encoding);

async function signedBy(provider: string, source: TestSource, body: string, headers: Record<string, string> = {}) {
  const fixtures = await loadFixtures(provider);
  const context = { secret: source.secret, now: new Date(), url: source.url, options: fixtures.options ?? {} };
  return send(source.url, body, { ...headers, ...fixtures.sign(Buffer.from(body), headers, context) });
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
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
    const accepted = await signedBy('shopify', source, body, headers);
    expect(accepted.status).toBe(202);
    expect(await settled(accepted.deliveryId)).toMatchObject({
      status: 'processed',
      title: 'Order #1001 created (1.00 EUR)',
    });
  });

  it('of 25 MiB is taken where that is configured, kept byte for byte and processed', async () => {
    const source = await makeSource(api, ws, { provider: 'github' });
    const empty = Buffer.byteLength(push([commit(1)]));
    const body = push([commit(1)], 'x'.repeat(BODY_BYTES - empty));
    const deliveryId = randomUUID();
    // As a sender does it: on a busy machine the first try may be answered too late.
    const accepted = await eventually(
      '25 MiB are taken',
      async () => {
        const answer = await postGithub(source, { body, deliveryId });
        return answer.status === 202 && answer;
      },
      30_000,
    );
    const delivery = await settled(accepted.deliveryId);
    expect(delivery).toMatchObject({ status: 'processed', title: 'ada pushed 1 commit to main' });
    expect(delivery.body === body).toBe(true);
    expect((await send(tidings.openSourceUrl, Buffer.alloc(BODY_BYTES + 1))).status).toBe(413);
  }, 60_000);

  it.each([
    ['100,000 levels', `{"deep":${'['.repeat(100_000)}${']'.repeat(100_000)},"sender":{"login":"ada"}}`],
    ['100,000 keys', JSON.stringify(Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`${i}`, i])))],
    ['an own __proto__', '{"__proto__":{"admin":true},"sender":{"login":"ada"}}'],
    ['NUL in a text', '{"sender":{"login":"a\\u0000da"}}'],
    ['half a surrogate pair', '{"sender":{"login":"ada\\ud800"}}'],
    ['1e400', '{"number":1e400,"sender":{"login":"ada"}}'],
    ['2^53+1', '{"number":9007199254740993,"sender":{"login":"ada"}}'],
  ])('or a strange one, with %s, is processed', async (_name, body) => {
    const source = await makeSource(api, ws, { provider: 'github' });
    const accepted = await postGithub(source, { body });
    expect(await settled(accepted.deliveryId)).toMatchObject({ status: 'processed', error: null, body });
  });
});

describe('a sender of its own manners', () => {
  it.each([
    ['a modal', `payload=${encodeURIComponent('{"type":"view_submission","user":{"id":"U1","username":"ada"}}')}`],
    ['a slash command', 'command=%2Fdeploy&text=now&user_name=ada&channel_name=ops&trigger_id=1'],
    ['a click', `payload=${encodeURIComponent('{"type":"block_actions","user":{"id":"U1","username":"ada"}}')}`],
  ])('is Slack with %s: 200 and nothing to show', async (_name, body) => {
    const source = await makeSource(api, ws, { provider: 'slack' });
    const accepted = await signedBy('slack', source, body, FORM);
    expect(accepted).toMatchObject({ status: 200, text: '' });
    expect(await settled(accepted.deliveryId)).toMatchObject({ status: 'processed', sender: 'ada' });
    expect((await signedBy('slack', source, body, FORM)).deliveryId).toBe(accepted.deliveryId);
  });

  it('is Slack that looks at the certificate: 200 and nothing stored', async () => {
    const source = await makeSource(api, ws, { provider: 'slack' });
    expect(await signedBy('slack', source, 'ssl_check=1&token=x', FORM)).toMatchObject({ status: 200, text: '' });
    expect(await storedBy(source)).toBe(0);
    expect((await send(source.url, 'ssl_check=1&token=x', FORM)).status).toBe(401);
  });

  it('is Linear: 200, and a retry with a new time is a duplicate while another body with its id is not', async () => {
    const source = await makeSource(api, ws, { provider: 'linear' });
    const body = (title: string, webhookTimestamp = Date.now()) =>
      JSON.stringify({ action: 'create', type: 'Issue', data: { title }, webhookTimestamp });
    const headers = { ...JSON_TYPE, 'linear-delivery': randomUUID(), 'linear-event': 'Issue' };
    const first = await signedBy('linear', source, body('Fix it'), headers);
    expect(first).toMatchObject({ status: 200, duplicate: false });
    expect(JSON.parse(first.text)).toEqual({ deliveryId: first.deliveryId, duplicate: false });
    const again = await signedBy('linear', source, body('Fix it', Date.now() + 1_000), headers);
    expect(again).toMatchObject({ status: 200, duplicate: true, deliveryId: first.deliveryId });
    expect(await signedBy('linear', source, body('Another'), headers)).toMatchObject({ status: 200, duplicate: false });
  });

  it('is Twilio: 200 and an empty document of instructions', async () => {
    const source = await makeSource(api, ws, { provider: 'twilio' });
    const accepted = await signedBy('twilio', source, 'From=%2B14155550100&Body=hi&MessageSid=SM1', FORM);
    expect(accepted).toMatchObject({ status: 200, text: '<Response/>', type: expect.stringMatching(/^text\/xml\b/) });
    expect(await settled(accepted.deliveryId)).toMatchObject({ status: 'processed' });
  });

  it('is WooCommerce, whose unsigned ping is answered where the source says so, and stored nowhere', async () => {
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

  it('names every delivery in a header, a duplicate too', async () => {
    const body = `hello ${randomUUID()}`;
    const first = await send(tidings.openSourceUrl, body);
    const second = await send(tidings.openSourceUrl, body);
    expect(JSON.parse(first.text)).toEqual({ deliveryId: first.deliveryId, duplicate: false });
    expect(JSON.parse(second.text)).toEqual({ deliveryId: first.deliveryId, duplicate: true });
    expect(second.deliveryId).toBe(first.deliveryId);
  });
});

describe('the type of a webhook', () => {
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
  ])('may be %j, and is kept as it came', async (type) => {
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
    ['comes twice', { 'content-type': ['application/json', 'application/json'] }],
  ])('may be one that %s', async (_name, headers) => {
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

  it('still counts everywhere else', async () => {
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

describe('an address with a slash at its end', () => {
  it('is the same address, with a query too, and no other route has it', async () => {
    for (const end of ['/', '//', '/?a=1'])
      expect((await send(`${tidings.openSourceUrl}${end}`, randomUUID())).status).toBe(202);
    expect((await send(`${tidings.openSourceUrl}/x`, randomUUID())).status).toBe(404);
    expect((await fetch(`${tidings.url}/health/live/`)).status).toBe(404);
  });

  it('is verified as the sender signed it', async () => {
    const source = await makeSource(api, ws, { provider: 'twilio' });
    const slashed = { ...source, url: `${source.url}/` };
    expect((await signedBy('twilio', slashed, 'From=%2B1&Body=hi', FORM)).status).toBe(200);
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
  ])('is processed with a title of its own: %s', async (name, body, title) => {
    const source = await makeSource(api, ws, { provider: 'open' });
    const accepted = await send(source.url, body, name === 'a form' ? FORM : {});
    expect(await settled(accepted.deliveryId)).toMatchObject({ status: 'processed', title });
  });

  it('is processed where a named sender sends XML', async () => {
    const source = await makeSource(api, ws, { provider: 'shopify' });
    const headers = { 'x-shopify-topic': 'orders/create', 'x-shopify-webhook-id': randomUUID() };
    const accepted = await signedBy('shopify', source, '<order><id>1</id></order>', headers);
    expect(await settled(accepted.deliveryId)).toMatchObject({ status: 'processed', title: 'Order created' });
  });
});

describe('the secret of a source', () => {
  const key = randomBytes(24);
  const base64 = key.toString('base64');
  const standardHeaders = (body: string) => {
    const [id, time] = [randomUUID(), String(Math.floor(Date.now() / 1000))];
    const signature = createHmac('sha256', key).update(`${id}.${time}.${body}`).digest('base64');
    return { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': `v1,${signature}` };
  };

  it.each([
    ['as the console shows it', `whsec_${base64}`],
    ['with the version before it', `v1,whsec_${base64}`],
    ['without a prefix', base64],
    ['in base64 for addresses', `whsec_${key.toString('base64url')}`],
    ['with a line end', `whsec_${base64}\n`],
    ['with blanks and quotes', `  "whsec_${base64}" `],
    ['as one of a list', `v1,whsec_${randomBytes(24).toString('base64')} v1,whsec_${base64}`],
  ])('of Standard Webhooks is understood %s', async (_name, secret) => {
    const source = await makeSource(api, ws, { provider: 'standard-webhooks', secrets: [secret] });
    expect((await send(source.url, '{}', standardHeaders('{}'))).status).toBe(202);
    const gitlab = await makeSource(api, ws, { provider: 'gitlab', secrets: [secret] });
    const isToken = secret === base64;
    expect((await send(gitlab.url, '{}', standardHeaders('{}'))).status).toBe(isToken ? 401 : 202);
  });

  it('that was pasted with blanks around it verifies what the trimmed one signed, and what it signed itself', async () => {
    const pasted = ' a long secret of GitHub\r\n';
    const source = await makeSource(api, ws, { provider: 'github', secrets: [pasted] });
    for (const secret of [pasted, pasted.trim()]) {
      const body = JSON.stringify({ id: randomUUID() });
      expect((await send(source.url, body, githubHeaders({ body, secret }))).status).toBe(202);
    }
    const body = '{}';
    expect((await send(source.url, body, githubHeaders({ body, secret: 'another' }))).status).toBe(401);
  });

  it.each([
    ['standard-webhooks', 'whsec_not base64!', 'is not whsec_ and base64'],
    ['standard-webhooks', 'correct horse battery staple', 'is not whsec_ and base64'],
    ['standard-webhooks', `whsk_${base64}`, 'private key'],
    ['standard-webhooks', `whpk_${base64}`, '32 bytes'],
    ['gitlab', 'whsec_???', 'is not whsec_ and base64'],
    ['stripe', 'sk_live_0123456789', 'an API key'],
    ['stripe', 'we_1Nabc', 'the id of something'],
    ['slack', 'xoxb-1-2-3', 'a token'],
    ['shopify', 'shpat_0123456789abcdef', 'an access token'],
    ['twilio', `AC${'0'.repeat(32)}`, 'the SID of an account'],
    ['linear', 'lin_api_0123', 'an API key'],
    ['sentry', 'sntrys_0123', 'a token'],
    ['github', ' \n ', 'is blank'],
  ])('of %s can never be %j, so it is refused with the reason', async (provider, secret, reason) => {
    const refused = await api.post(sources, { name: 'x', provider, secrets: [secret] });
    expect(refused).toMatchObject({ status: 400, body: { code: 'source.invalid-secrets' } });
    expect(refused.body['detail']).toMatch(/^secrets\[0\]: /);
    expect(refused.body['detail']).toContain(reason);
    const { secrets } = await loadFixtures(provider);
    const source = await makeSource(api, ws, { provider, secrets: secrets.slice(0, 1) });
    const patched = await api.patch(`${sources}/${source.id}`, { secrets: [secrets[0], secret] });
    expect(patched).toMatchObject({ status: 400, body: { code: 'source.invalid-secrets' } });
    expect(patched.body['detail']).toMatch(/^secrets\[1\]: /);
  });

  it('that is short, or has blanks around it, is taken with a warning', async () => {
    const made = await api.post(sources, { name: 'x', provider: 'github', secrets: ['abc', `${'x'.repeat(32)} `] });
    expect(made).toMatchObject({ status: 201, body: { secrets: 2 } });
    expect(made.body['warnings']).toEqual([
      expect.stringMatching(/^secrets\[0\]: has 3 characters/),
      expect.stringMatching(/^secrets\[1\]: has blanks/),
    ]);
    const patched = await api.patch(`${sources}/${String(made.body['id'])}`, { name: 'y' });
    expect(patched.body).toMatchObject({ name: 'y', warnings: [] });
  });
});

describe('the options of a source', () => {
  it.each([
    ['hmac', undefined, 'needs the option `header`'],
    ['hmac', {}, 'needs the option `header`'],
    ['hmac', { header: 'x-sig', algorithm: 'md5' }, 'options.algorithm: '],
    ['hmac', { header: 'x sig' }, 'options.header: '],
    ['hmac', { header: 'x-sig', colour: 1 }, 'takes no option `colour`'],
    ['github', { header: 'x-sig' }, 'github takes none'],
  ])('of %s are not %j, and the error says why', async (provider, options, reason) => {
    const refused = await api.post(sources, { name: 'x', provider, secrets: ['a long enough secret'], options });
    expect(refused).toMatchObject({ status: 400, body: { code: 'source.invalid-options' } });
    expect(refused.body['detail']).toContain(reason);
    expect(JSON.stringify(refused.body)).not.toContain('does not take');
  });

  it('stand in the description of the API', async () => {
    const { components } = (await (await fetch(`${tidings.url}/openapi.json`)).json()) as {
      components: { schemas: Record<string, { properties: object; required: string[] }> };
    };
    const options = components.schemas['HmacOptions'];
    expect(Object.keys(options?.properties ?? {})).toEqual(
      expect.arrayContaining(['header', 'algorithm', 'encoding', 'prefix', 'idHeader', 'answerPings']),
    );
    expect(options?.required).toEqual(['header']);
  });
});

describe('the same id with other bytes', () => {
  const headersOf = (provider: string, id: string): Record<string, string> =>
    ({
      github: { 'x-github-delivery': id, 'x-github-event': 'push' },
      shopify: { 'x-shopify-webhook-id': id, 'x-shopify-topic': 'orders/create' },
      bitbucket: { 'x-request-uuid': id, 'x-event-key': 'repo:push' },
      sentry: { 'request-id': id },
      gitlab: { 'idempotency-key': id },
      hmac: { 'x-delivery-id': id },
      'standard-webhooks': { 'webhook-id': id },
    })[provider] ?? {};

  it.each(['github', 'shopify', 'bitbucket', 'sentry', 'gitlab', 'hmac', 'standard-webhooks'])(
    'is another delivery of %s, and each of them is stored once',
    async (provider) => {
      const { secrets, options } = await loadFixtures(provider);
      const secret = secrets[0] ?? '';
      const made = await makeSource(api, ws, { provider, secrets: [secret], ...(options && { options }) });
      const source = { ...made, secret };
      const id = randomUUID();
      const bodies = ['a', 'b', 'c'].map((text) => JSON.stringify({ text, x: 'x'.repeat(100) }));
      const ids: string[] = [];
      for (const body of bodies) {
        const accepted = await signedBy(provider, source, body, headersOf(provider, id));
        expect(accepted).toMatchObject({ status: 202, duplicate: false });
        ids.push(accepted.deliveryId);
      }
      for (const [i, body] of [...bodies, ...bodies.toReversed()].entries()) {
        const again = await signedBy(provider, source, body, headersOf(provider, id));
        const expected = ids[i < 3 ? i : 5 - i];
        expect(again).toMatchObject({ status: 202, duplicate: true, deliveryId: expected });
      }
      for (const delivery of ids) expect((await settled(delivery)).status).toBe('processed');
      expect(await storedBy(source)).toBe(3);
    },
  );

  it('is stored once for each of them when all come at once', async () => {
    const source = await makeSource(api, ws, { provider: 'github' });
    const deliveryId = randomUUID();
    const bodies = Array.from({ length: 10 }, (_, i) => JSON.stringify({ i }));
    const storm = Array.from({ length: 10 }, () => bodies).flat();
    const answers = await Promise.all(storm.map((body) => postGithub(source, { body, deliveryId })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(answers.filter(({ duplicate }) => !duplicate)).toHaveLength(10);
    expect(new Set(answers.map((answer) => answer.deliveryId)).size).toBe(10);
  });

  it('takes nothing from a genuine delivery whose id was used before with captured bytes', async () => {
    const source = await makeSource(api, ws, { provider: 'github' });
    const captured = JSON.stringify({ captured: true });
    const ids = Array.from({ length: 20 }, () => randomUUID());
    for (const deliveryId of ids) await postGithub(source, { body: captured, deliveryId });
    for (const deliveryId of ids) {
      const genuine = await postGithub(source, { body: JSON.stringify({ genuine: deliveryId }), deliveryId });
      expect(genuine).toMatchObject({ status: 202, duplicate: false });
    }
    // An id that is made of another one and of the hash of bytes takes nothing either.
    const body = JSON.stringify({ last: 1 });
    const hash = hmacOf('', body);
    await postGithub(source, { body: captured, deliveryId: `bytes:${hash}:id:${ids[0]}` });
    expect(await postGithub(source, { body, deliveryId: ids[0] ?? '' })).toMatchObject({ duplicate: false });
  });

  it('is one delivery where the id is in the signed body and a retry differs, as with Stripe', async () => {
    const source = await makeSource(api, ws, { provider: 'stripe' });
    const body = (pending_webhooks: number) => JSON.stringify({ id: 'evt_1', type: 'charge.failed', pending_webhooks });
    const first = await signedBy('stripe', source, body(2));
    expect(await signedBy('stripe', source, body(1))).toMatchObject({ duplicate: true, deliveryId: first.deliveryId });
  });
});

describe('equal bytes without an id', () => {
  const shown = async (source: TestSource) =>
    (await api.get<{ items: Schemas['Source'][] }>(`${sources}?limit=100`)).body.items.find(
      ({ id }) => id === source.id,
    )?.dedupWindowSeconds;

  it('are one delivery for as long as its source says, by default 10 s, a day or 30 days', async () => {
    expect(await shown(await makeSource(api, ws, { provider: 'open' }))).toBe(10);
    const options = { header: 'x-signature' };
    expect(await shown(await makeSource(api, ws, { provider: 'hmac', options }))).toBe(86_400);
    expect(await shown(await makeSource(api, ws, { provider: 'netlify' }))).toBe(2_592_000);
    const made = await makeSource(api, ws, { provider: 'open', dedupWindowSeconds: 3_600 });
    expect(await shown(made)).toBe(3_600);
    const patched = await api.patch(`${sources}/${made.id}`, { dedupWindowSeconds: 0 });
    expect(patched).toMatchObject({ status: 200, body: { dedupWindowSeconds: 0 } });
    for (const dedupWindowSeconds of [-1, 1.5, '10', 2_592_001])
      expect((await api.patch(`${sources}/${made.id}`, { dedupWindowSeconds })).status).toBe(400);
  });

  it('are two deliveries and two events once the time has passed, and one each before', async () => {
    const source = await makeSource(api, ws, { provider: 'open', dedupWindowSeconds: 2 });
    const body = `backup done ${randomUUID()}`;
    const first = await send(source.url, body);
    const repeat = await send(source.url, body);
    expect(repeat).toMatchObject({ duplicate: true, deliveryId: first.deliveryId });
    const second = await eventually('the time has passed', async () => {
      const answers = await Promise.all([send(source.url, body), send(source.url, body), send(source.url, body)]);
      const fresh = answers.filter(({ duplicate }) => duplicate === false);
      expect(fresh.length).toBeLessThanOrEqual(1);
      return fresh[0];
    });
    for (const { deliveryId } of [first, second]) expect((await settled(deliveryId)).status).toBe('processed');
    const said = (await webhookEvents(api, ws)).map(({ payload }) => payload.deliveryId);
    expect(said.filter((id) => id === first.deliveryId || id === second.deliveryId)).toHaveLength(2);
    expect(await storedBy(source)).toBe(2);
  });

  it('are deliveries of their own where the time is 0', async () => {
    const source = await makeSource(api, ws, {
      provider: 'hmac',
      options: { header: 'x-signature' },
      dedupWindowSeconds: 0,
    });
    const headers = { 'x-signature': hmacOf(source.secret, 'tick') };
    const answers = await Promise.all(Array.from({ length: 5 }, () => send(source.url, 'tick', headers)));
    expect(answers.map(({ duplicate }) => duplicate)).toEqual([false, false, false, false, false]);
    expect(await storedBy(source)).toBe(5);
  });
});
