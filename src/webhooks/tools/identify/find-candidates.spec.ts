import { describe, expect, it } from '@jest/globals';
import { loadFixtures, signedRequest } from '../../providers/fixtures.js';
import { loadProviders } from '../../providers/load-providers.js';
import type { WebhookRequest } from '../../providers/provider.js';
import { FindCandidates } from './find-candidates.js';
import { profileOf } from './sender-profile.js';

const providers = [...(await loadProviders()).values()];
const profiles = (await Promise.all(providers.map(profileOf))).filter((profile) => profile !== undefined);
const finder = new FindCandidates(profiles);
const examples = await Promise.all(
  profiles.map(async ({ provider }) => {
    const fixtures = await loadFixtures(provider.name);
    return fixtures.examples.map((example) => ({
      title: `${provider.name}: ${example.name}`,
      provider,
      fixtures,
      example,
    }));
  }),
);

const request = (headers: Record<string, string>, body = ''): WebhookRequest => ({
  headers,
  body: Buffer.from(body),
  url: '',
});

describe('the likeliest sender', () => {
  // Nothing is typical of a request with one field and without a header of its own.
  const typical = examples.flat().filter(({ provider }) => provider.name !== 'microsoft-graph');

  it.each(typical)('is the one that sent it: $title', ({ provider, fixtures, example }) => {
    const [secret = ''] = fixtures.secrets;
    const context = { secret, now: new Date(), url: 'https://a.example/x', options: fixtures.options ?? {} };
    const [best, ...others] = finder.of(signedRequest(fixtures, example, context));
    // Several senders sign by way of Svix.
    const names = [best, ...(provider.name === 'standard-webhooks' ? others : [])].map(
      (one) => one?.profile.provider.name,
    );
    expect(names).toContain(provider.name);
    expect(best?.because.length).toBeGreaterThan(0);
  });

  it('is none for a request that any client could send', () => {
    const headers = { 'content-type': 'application/json', 'user-agent': 'curl/8', accept: '*/*' };
    expect(finder.of(request(headers, '{"hello":"world"}'))).toEqual([]);
    expect(finder.of(request({}))).toEqual([]);
  });

  it('is unsure between senders that share a header', () => {
    const found = finder.of(request({ 'webhook-signature': 'v1,abc', 'webhook-id': 'msg_1' }));
    expect(found.length).toBeGreaterThan(1);
    expect(found.every(({ score }) => score < 4)).toBe(true);
  });

  it('is not found by names of Object.prototype', () => {
    expect(finder.of(request({ constructor: 'x', tostring: 'y' }, '{"constructor":1,"__proto__":{"a":1}}'))).toEqual(
      [],
    );
  });

  it('is found without its signature, by its other headers', () => {
    const [best] = finder.of(request({ 'x-shopify-topic': 'orders/paid', 'x-shopify-shop-domain': 'a.example' }, '{}'));
    expect(best?.profile.provider.name).toBe('shopify');
  });
});

describe('hostile requests', () => {
  it('take no longer than 50 ms each, and throw nothing', () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`x-signature-${n}`, 'a='.repeat(4_000)]));
    const bodies = [
      '['.repeat(200_000),
      '['.repeat(65_000),
      '{"a":'.repeat(13_000),
      '{"a":'.repeat(50_000),
      `{${'"k":1,'.repeat(40_000)}"z":1}`,
      'a=1&'.repeat(60_000),
      '<'.repeat(260_000),
      '\u0000'.repeat(1_000),
      `{"${'k'.repeat(250_000)}":1}`,
      '{"__proto__":{"x":1},"constructor":{"prototype":{"y":1}}}',
    ];
    for (const type of ['application/json', 'application/x-www-form-urlencoded', '\u0000', '']) {
      for (const body of bodies) {
        const hostile = request({ ...many, 'content-type': type }, body);
        // The fastest of three: other processes may hold the processor.
        const times = [1, 2, 3].map(() => {
          const started = performance.now();
          expect(finder.of(hostile).length).toBeLessThanOrEqual(5);
          return performance.now() - started;
        });
        expect(Math.min(...times)).toBeLessThan(50);
      }
    }
    expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
  });
});
