import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHmac, randomBytes } from 'node:crypto';
import { Database } from '../../src/platform/database/database.js';
import { signUp, type Api, type Schemas } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { Dice } from '../support/dice.js';
import { githubHeaders, makeSource } from '../support/webhooks.js';

let tidings: RunningTidings;
let stranger: Api;

beforeAll(async () => {
  tidings = await startTidings();
  stranger = await signUp(tidings.api, 'stranger@example.com');
});
afterAll(() => tidings?.stop());

type Asked = Record<string, unknown>;

const identify = (request: Asked, api = stranger) =>
  api.post<Schemas['Identified'] & { code?: string }>('/v1/tools/identify', request);

const base64 = (secret: string, body: string) => createHmac('sha256', secret).update(body).digest('base64');

describe('POST /v1/tools/identify', () => {
  it('recognizes a sender by its headers, for any user', async () => {
    const headers = { 'X-Shopify-Topic': 'orders/paid', 'X-Shopify-Hmac-Sha256': base64('a', '{}') };
    const { status, body } = await identify({ headers, body: '{}' });
    expect(status).toBe(200);
    expect(body.candidates[0]).toMatchObject({ provider: 'shopify', label: 'Shopify', confidence: 'high' });
    expect(body.candidates[0]?.because.join()).toContain('x-shopify-hmac-sha256');
    expect(body.advice).toEqual(['This looks like Shopify.', 'Use the provider `shopify`.']);
    expect(body.scheme).toBeNull();
  });

  it('compares the provider of the source', async () => {
    const options = { header: 'x-shopify-hmac-sha256', encoding: 'base64' };
    const source = await makeSource(tidings.api, tidings.workspaceId, { provider: 'hmac', options });
    const headers = { 'x-shopify-topic': 'orders/paid', 'x-shopify-hmac-sha256': base64('a', '{}') };
    const asked = { headers, body: '{}', sourceId: source.id };
    const { body } = await identify(asked, tidings.api);
    expect(body.advice).toEqual([
      'This looks like Shopify.',
      'Your source is `hmac`: create one with the provider `shopify`.',
    ]);
    expect((await identify(asked)).body.code).toBe('source.not-found');
  });

  it('is certain when the secret made the signature, also of an old request', async () => {
    const body = '{"zen":"x"}';
    const asked = { headers: githubHeaders({ body, secret: 'the right secret' }), body };
    const right = await identify({ ...asked, secret: 'the right secret' });
    expect(right.body.candidates[0]).toMatchObject({ provider: 'github', confidence: 'certain' });
    const wrong = await identify({ ...asked, secret: 'the wrong secret' });
    expect(wrong.body.candidates[0]?.confidence).not.toBe('certain');
    expect(wrong.body.advice.join(' ')).toContain('The secret did not make the signature of GitHub.');
    const time = 1_531_420_618;
    const signature = createHmac('sha256', 'the right secret').update(`v0:${time}:${body}`).digest('hex');
    const old = { 'x-slack-request-timestamp': `${time}`, 'x-slack-signature': `v0=${signature}` };
    const slack = await identify({
      headers: old,
      bodyBase64: Buffer.from(body).toString('base64'),
      secret: 'the right secret',
    });
    expect(slack.body.candidates[0]).toMatchObject({ provider: 'slack', confidence: 'certain' });
  });

  it('guesses the options of `hmac` for an unknown sender, and confirms them with the secret', async () => {
    const headers = { 'x-acme-signature': `v1=${createHmac('sha512', 'key of acme').update('{}').digest('hex')}` };
    const guessed = await identify({ headers, body: '{}' });
    const scheme = { header: 'x-acme-signature', algorithm: 'sha512', encoding: 'hex', prefix: 'v1=' };
    expect(guessed.body).toMatchObject({ candidates: [], scheme, schemeConfirmed: false });
    const confirmed = await identify({ headers, body: '{}', secret: 'key of acme' });
    expect(confirmed.body).toMatchObject({ scheme, schemeConfirmed: true });
    const source = await tidings.api.post(`/v1/workspaces/${tidings.workspaceId}/sources`, {
      name: 'acme',
      provider: 'hmac',
      secrets: ['key of acme'],
      options: confirmed.body.scheme,
    });
    expect(source.status).toBe(201);
    const sent = await fetch(String(source.body['url']), { method: 'POST', headers, body: '{}' });
    expect(sent.status).toBe(202);
  });

  it('says so when nothing is signed', async () => {
    const { body } = await identify({ headers: { 'user-agent': 'curl/8' }, body: 'hello' });
    expect(body).toMatchObject({ candidates: [], scheme: null });
    expect(body.advice.join(' ')).toContain('`open`');
  });

  it('refuses more than its limits, and takes a sign-in', async () => {
    const many = Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`x-${n}`, 'y']));
    for (const asked of [
      { headers: many },
      { headers: { 'x-a': 'y'.repeat(8_193) } },
      { headers: { 'x a': 'y' } },
      { headers: {}, body: 'y'.repeat(262_145) },
      { headers: {}, body: 'a', bodyBase64: 'YQ==' },
      { headers: {}, bodyBase64: '*' },
      { headers: {}, url: 'no url' },
    ])
      expect([Object.keys(asked), (await identify(asked)).status]).toEqual([Object.keys(asked), 400]);
    expect((await fetch(`${tidings.url}/v1/tools/identify`, { method: 'POST' })).status).toBe(401);
  });

  it('stores nothing, and answers hostile requests quickly and without a server error', async () => {
    const counts = () =>
      tidings.app.get(Database).query(
        `SELECT (SELECT count(*) FROM deliveries) AS deliveries, (SELECT count(*) FROM refused_requests) AS refused,
           (SELECT count(*) FROM events) AS events`,
      );
    const before = await counts();
    const seed = randomBytes(4).readUInt32LE();
    process.stdout.write(`IDENTIFY_SEED=${seed}\n`);
    const dice = new Dice(seed);
    for (let i = 0; i < 300; i++) {
      const { status } = await identify(hostile(dice));
      expect([200, 400]).toContain(status);
    }
    expect(await counts()).toEqual(before);
  }, 60_000);
});

const NAMES = [
  'x-hub-signature-256',
  'stripe-signature',
  'webhook-signature',
  'x-twilio-signature',
  '__proto__',
] as const;
const VALUES = [
  '',
  '\u0000',
  't=1,v1=',
  'v1,',
  'a.b.c',
  'sha256=',
  '\u202e',
  '%00',
  '0'.repeat(64),
  ',;'.repeat(400),
] as const;
const BODIES = [
  '{',
  '[[[[',
  '{"__proto__":{"a":1}}',
  'a=%zz&b',
  '<a>&b;</a>',
  '\ud800',
  '{"type":{"type":{}}}',
  '9'.repeat(5_000),
] as const;

function hostile(dice: Dice): Asked {
  const headers: Record<string, string | string[]> = {};
  for (let i = 0; i < 6; i++) {
    const value = dice.pick(VALUES) + 'x'.repeat(dice.below(2_000));
    headers[`${dice.pick(NAMES)}${dice.chance(0.3) ? dice.below(9) : ''}`] = dice.chance(0.2) ? [value, value] : value;
  }
  return {
    headers,
    body: dice.pick(BODIES) + 'y'.repeat(dice.below(3_000)),
    ...(dice.chance(0.5) && {
      secret: dice.pick(['s', '\u0000', 'whsec_', 'whpk_AA==', '-----BEGIN PUBLIC KEY-----']),
    }),
    ...(dice.chance(0.3) && { url: `https://a.example/${'z'.repeat(dice.below(500))}?bodySHA256=0` }),
  };
}
