import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { loadFixtures } from '../../src/webhooks/providers/fixtures.js';
import type { Api, Schemas } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { hmacOf, send, sendSigned } from '../support/senders.js';
import {
  deliveryOf,
  githubHeaders,
  makeSource,
  postGithub,
  webhookEvents,
  type TestSource,
} from '../support/webhooks.js';

let tidings: RunningTidings;
let api: Api;
let ws: string;
let sources: string;

beforeAll(async () => {
  tidings = await startTidings();
  ({ api, workspaceId: ws } = tidings);
  sources = `/v1/workspaces/${ws}/sources`;
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
    ['in base64url', `whsec_${key.toString('base64url')}`],
    ['with a newline', `whsec_${base64}\n`],
    ['with whitespace and quotes', `  "whsec_${base64}" `],
    ['as one of a list', `v1,whsec_${randomBytes(24).toString('base64')} v1,whsec_${base64}`],
  ])('of Standard Webhooks is accepted %s', async (_name, secret) => {
    const source = await makeSource(api, ws, { provider: 'standard-webhooks', secrets: [secret] });
    expect((await send(source.url, '{}', standardHeaders('{}'))).status).toBe(202);
    const gitlab = await makeSource(api, ws, { provider: 'gitlab', secrets: [secret] });
    const isToken = secret === base64;
    expect((await send(gitlab.url, '{}', standardHeaders('{}'))).status).toBe(isToken ? 401 : 202);
  });

  it('with whitespace around it verifies signatures of the trimmed and of the exact text', async () => {
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
  ])('of %s is rejected with a reason if it is %j', async (provider, secret, reason) => {
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

  it('that is short or has whitespace around it is accepted with a warning', async () => {
    const made = await api.post(sources, { name: 'x', provider: 'github', secrets: ['abc', `${'x'.repeat(32)} `] });
    expect(made).toMatchObject({ status: 201, body: { secrets: 2 } });
    expect(made.body['warnings']).toEqual([
      expect.stringMatching(/^secrets\[0\]: has 3 characters/),
      expect.stringMatching(/^secrets\[1\]: has whitespace/),
    ]);
    const patched = await api.patch(`${sources}/${String(made.body['id'])}`, { name: 'y' });
    expect(patched.body).toMatchObject({ name: 'y', warnings: [] });
  });
});

interface OptionsSchema {
  readonly title?: string;
  readonly properties?: object;
  readonly required?: string[];
}

describe('the options of a source', () => {
  it.each([
    ['hmac', undefined, 'needs the option `header`'],
    ['hmac', {}, 'needs the option `header`'],
    ['hmac', { header: 'x-sig', algorithm: 'md5' }, 'options.algorithm: '],
    ['hmac', { header: 'x sig' }, 'options.header: '],
    ['hmac', { header: 'x-sig', colour: 1 }, 'takes no option `colour`'],
    ['github', { header: 'x-sig' }, 'github takes none'],
  ])('of %s are rejected with a reason if they are %j', async (provider, options, reason) => {
    const refused = await api.post(sources, { name: 'x', provider, secrets: ['a long enough secret'], options });
    expect(refused).toMatchObject({ status: 400, body: { code: 'source.invalid-options' } });
    expect(refused.body['detail']).toContain(reason);
    expect(JSON.stringify(refused.body)).not.toContain('does not take');
  });

  it('are documented in openapi.json', async () => {
    const { components } = (await (await fetch(`${tidings.url}/openapi.json`)).json()) as {
      components: { schemas: Record<string, { properties: { options: { anyOf: OptionsSchema[] } } }> };
    };
    for (const name of ['CreateSourceRequest', 'ChangeSourceRequest']) {
      const { anyOf } = components.schemas[name]?.properties.options ?? { anyOf: [] };
      const options = anyOf.find(({ title }) => title === 'HmacOptions');
      expect(Object.keys(options?.properties ?? {})).toEqual(
        expect.arrayContaining(['header', 'algorithm', 'encoding', 'prefix', 'idHeader', 'answerPings']),
      );
      expect(options?.required).toEqual(['header']);
    }
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
        const accepted = await sendSigned(provider, source, body, headersOf(provider, id));
        expect(accepted).toMatchObject({ status: 202, duplicate: false });
        ids.push(accepted.deliveryId);
      }
      for (const [i, body] of [...bodies, ...bodies.toReversed()].entries()) {
        const again = await sendSigned(provider, source, body, headersOf(provider, id));
        const expected = ids[i < 3 ? i : 5 - i];
        expect(again).toMatchObject({ status: 202, duplicate: true, deliveryId: expected });
      }
      for (const delivery of ids) expect((await settled(delivery)).status).toBe('processed');
      expect(await storedBy(source)).toBe(3);
    },
  );

  it('is stored once for each body by concurrent requests', async () => {
    const source = await makeSource(api, ws, { provider: 'github' });
    const deliveryId = randomUUID();
    const bodies = Array.from({ length: 10 }, (_, i) => JSON.stringify({ i }));
    const storm = Array.from({ length: 10 }, () => bodies).flat();
    const answers = await Promise.all(storm.map((body) => postGithub(source, { body, deliveryId })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(answers.filter(({ duplicate }) => !duplicate)).toHaveLength(10);
    expect(new Set(answers.map((answer) => answer.deliveryId)).size).toBe(10);
  });

  it('does not suppress a genuine delivery after the id was used with captured bytes', async () => {
    const source = await makeSource(api, ws, { provider: 'github' });
    const captured = JSON.stringify({ captured: true });
    const ids = Array.from({ length: 20 }, () => randomUUID());
    for (const deliveryId of ids) await postGithub(source, { body: captured, deliveryId });
    for (const deliveryId of ids) {
      const genuine = await postGithub(source, { body: JSON.stringify({ genuine: deliveryId }), deliveryId });
      expect(genuine).toMatchObject({ status: 202, duplicate: false });
    }
    // An id in the format of an internal dedup key does not suppress a delivery either.
    const body = JSON.stringify({ last: 1 });
    const hash = hmacOf('', body);
    await postGithub(source, { body: captured, deliveryId: `bytes:${hash}:id:${ids[0]}` });
    expect(await postGithub(source, { body, deliveryId: ids[0] ?? '' })).toMatchObject({ duplicate: false });
  });

  it('is one delivery if the id is in the signed body, as with Stripe', async () => {
    const source = await makeSource(api, ws, { provider: 'stripe' });
    const body = (pending_webhooks: number) => JSON.stringify({ id: 'evt_1', type: 'charge.failed', pending_webhooks });
    const first = await sendSigned('stripe', source, body(2));
    expect(await sendSigned('stripe', source, body(1))).toMatchObject({
      duplicate: true,
      deliveryId: first.deliveryId,
    });
  });
});

describe('equal bytes without an id', () => {
  const shown = async (source: TestSource) =>
    (await api.get<{ items: Schemas['Source'][] }>(`${sources}?limit=100`)).body.items.find(
      ({ id }) => id === source.id,
    )?.dedupWindowSeconds;

  it('are one delivery within the window of the source, by default 10 s, a day or 30 days', async () => {
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

  it('are one delivery and event within the window, and two after it', async () => {
    const source = await makeSource(api, ws, { provider: 'open', dedupWindowSeconds: 2 });
    const body = `backup done ${randomUUID()}`;
    const first = await send(source.url, body);
    const repeat = await send(source.url, body);
    expect(repeat).toMatchObject({ duplicate: true, deliveryId: first.deliveryId });
    const second = await eventually('the window has passed', async () => {
      const answers = await Promise.all([send(source.url, body), send(source.url, body), send(source.url, body)]);
      const fresh = answers.filter(({ duplicate }) => duplicate === false);
      expect(fresh.length).toBeLessThanOrEqual(1);
      return fresh[0];
    });
    for (const { deliveryId } of [first, second]) expect((await settled(deliveryId)).status).toBe('processed');
    const published = (await webhookEvents(api, ws)).map(({ payload }) => payload.deliveryId);
    expect(published.filter((id) => id === first.deliveryId || id === second.deliveryId)).toHaveLength(2);
    expect(await storedBy(source)).toBe(2);
  });

  it('are separate deliveries if the window is 0', async () => {
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
