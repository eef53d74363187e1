import { describe, expect, it } from '@jest/globals';

import { loadFixtures, publicationsOf, signedRequest } from '../providers/fixtures.js';
import { loadProviders } from '../providers/load-providers.js';
import type { Options, WebhookRequest } from '../providers/provider.js';
import type { LiveSource } from '../sources/live-sources.js';
import { inboxItem } from './identify-delivery.js';

const now = new Date('2026-11-20T12:00:00Z');
const url = 'https://tidings.example.com/webhooks/k3y?tenant=7';
const providers = await loadProviders();

function identityOf(name: string, request: WebhookRequest, options: Options = {}) {
  const provider = providers.get(name);
  const settings = { provider, options, dedupWindowSeconds: 60, replayGuardSeconds: 60, secretHeaders: new Set() };
  const { dedupKey, repeats, guardedHash } = inboxItem({ ...settings } as unknown as LiveSource, request, false);
  return { dedupKey, repeats, guardedHash, bytes: repeats.by === 'bytes' ? request.body.toString('latin1') : '' };
}

const withBody = (request: WebhookRequest, text: string): WebhookRequest => ({ ...request, body: Buffer.from(text) });

/** Other bytes that a lenient reader reads alike. */
function otherSpellings(request: WebhookRequest): Record<string, WebhookRequest> {
  const text = request.body.toString();
  return {
    'escapes in lower case': withBody(
      request,
      text.replaceAll(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase()),
    ),
    'a letter escaped': withBody(
      request,
      text.replace(/=([a-z])/i, (_pair, letter: string) => `=${escaped(letter)}`),
    ),
    'the last letter escaped': withBody(request, text.replace(/[a-z]$/i, escaped)),
    'fields in another order': withBody(request, text.split('&').toReversed().join('&')),
    'spaces as plus signs': withBody(request, text.replaceAll('%20', '+')),
    'plus signs as spaces': withBody(request, text.replaceAll('+', '%20')),
    'a field twice': withBody(request, `${text}&${text.split('&').at(-1)}`),
    'a space at the end': withBody(request, `${text} `),
    'a field more in JSON': withBody(request, text.replace(/\}$/, ',"unsigned":true}')),
    'another reason': withBody(request, text.replace(/"reason":"[^"]*"/, '"reason":"forged"')),
    'the text in the address instead': { ...withBody(request, ''), url: request.url + decoded(text) },
  };
}

const escaped = (letter: string): string => `%${letter.charCodeAt(0).toString(16)}`;
const decoded = (text: string): string => [...new URLSearchParams(text)].map((pair) => pair.join('')).join('');

describe.each([...providers.values()].filter(({ secrets }) => secrets !== 'none'))(
  'a delivery of $name',
  (provider) => {
    it('keeps its identity in every spelling that its signature allows', async () => {
      const fixtures = await loadFixtures(provider.name);
      if (fixtures.coversBody === false && provider.signedId !== true) return;
      const options = provider.options?.parse(fixtures.options) ?? {};
      const context = { secret: fixtures.secrets[0] ?? '', now, url, options };
      const verification = { secrets: [context.secret], options, publications: publicationsOf(fixtures), now };
      for (const example of fixtures.examples) {
        const genuine = signedRequest(fixtures, example, context);
        const { guardedHash: _hash, ...rest } = identityOf(provider.name, genuine, options);
        for (const [spelling, request] of Object.entries(otherSpellings(genuine))) {
          if (!(await provider.verify(request, verification))) continue;
          const { guardedHash: _, ...identity } = identityOf(provider.name, request, options);
          expect({ spelling, ...identity }).toEqual({ spelling, ...rest });
        }
      }
    });
  },
);

const form = { 'content-type': 'application/x-www-form-urlencoded' };
const post = (body: string, changes: Partial<WebhookRequest> = {}): WebhookRequest => ({
  headers: form,
  body: Buffer.from(body),
  url,
  ...changes,
});

describe('the identity of a form of Twilio', () => {
  const genuine = post('MessageSid=SM1&MessageStatus=sent&From=a');

  it.each([
    ['other escapes', post('MessageSid=SM1&MessageStatus=%73ent&From=%61')],
    ['another order', post('From=a&MessageSid=SM1&MessageStatus=sent')],
    ['a border elsewhere', post('MessageSidS=M1&MessageStatus=sent&From=a')],
  ])('is the same with %s, for its key and for the replay guard', (_name, request) => {
    expect(identityOf('twilio', request)).toEqual(identityOf('twilio', genuine));
  });

  it('is the same with its first parameter in the address', () => {
    const moved = post('MessageSid=SM1&MessageStatus=sent', { url: `${url}Froma` });
    expect(identityOf('twilio', moved)).toEqual(identityOf('twilio', genuine));
  });

  it.each([
    ['another value', post('MessageSid=SM1&MessageStatus=read&From=a')],
    ['another field', post('MessageSid=SM1&MessageStatus=sent&From=a&To=b')],
  ])('is another one with %s', (_name, request) => {
    expect(identityOf('twilio', request).dedupKey).not.toBe(identityOf('twilio', genuine).dedupKey);
  });
});

describe('the identity of a delivery of a generic source', () => {
  const options = (content: string): Options =>
    providers.get('hmac')?.options?.parse({
      header: 'x-signature',
      content,
      ...(content.includes('{timestamp}') && { timestamp: { header: 'x-time' } }),
    }) ?? {};
  const keyOf = (content: string, request: WebhookRequest) => identityOf('hmac', request, options(content)).dedupKey;

  it.each(['{form}', '{url}{form}', '{timestamp}.{header:x-event}.{form}'])('is the text that %s signs', (content) => {
    const genuine = post('a=one&b=two', { headers: { ...form, 'x-time': '1' } });
    const later = { ...form, 'x-time': '2' };
    expect(keyOf(content, post('b=%74wo&a=one', { headers: later }))).toBe(keyOf(content, genuine));
    expect(keyOf(content, post('a=one&b=three', { headers: later }))).not.toBe(keyOf(content, genuine));
  });

  it('is the same with a part of a signed form in the signed address', () => {
    const moved = post('b=two', { url: `${url}aone` });
    expect(keyOf('{url}{form}', moved)).toBe(keyOf('{url}{form}', post('a=one&b=two')));
    expect(keyOf('{form}', post('a=one', { url: `${url}x` }))).toBe(keyOf('{form}', post('a=one')));
  });

  it.each(['{body}', '{sha256:hex}', '{form}{body}'])('is its bytes if %s is signed', (content) => {
    expect(keyOf(content, post('a=%6fne'))).not.toBe(keyOf(content, post('a=one')));
  });
});

describe('the identity of a webhook of Adyen', () => {
  it('is the payment of its item, whatever the fields say that are not signed', async () => {
    const { examples } = await loadFixtures('adyen');
    const genuine = post(String(examples[0]?.body));
    const forged = post(genuine.body.toString().replace('033899', 'forged'));
    expect(forged.body.equals(genuine.body)).toBe(false);
    expect(identityOf('adyen', forged).dedupKey).toBe(identityOf('adyen', genuine).dedupKey);
  });
});
