import { describe, expect, it } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { explainRefusal } from './explain-refusal.js';
import { loadFixtures, signedRequest } from './fixtures.js';
import { loadProviders } from './load-providers.js';
import type { Provider, WebhookRequest } from './provider.js';

const now = new Date();
const url = 'https://tidings.example.com/webhooks/k3y';
const providers = await loadProviders();
const signing = [...providers.values()].filter(({ secrets }) => secrets === 'required');

function named(name: string): Provider {
  const provider = providers.get(name);
  if (provider === undefined) throw new Error(`The provider ${name} is missing.`);
  return provider;
}

async function genuine(name: string, at = now, secretIndex = 0): Promise<WebhookRequest & { secret: string }> {
  const fixtures = await loadFixtures(name);
  const [example] = fixtures.examples;
  const secret = fixtures.secrets[secretIndex] ?? '';
  if (example === undefined) throw new Error(`The provider ${name} has no example.`);
  return { ...signedRequest(fixtures, example, { secret, now: at, url, options: fixtures.options ?? {} }), secret };
}

async function explain(name: string, request: WebhookRequest) {
  const { secrets, options = {} } = await loadFixtures(name);
  return explainRefusal(named(name), request, { secrets: secrets.slice(0, 1), options, now });
}

describe('explainRefusal', () => {
  it.each(signing.map(({ name }) => name))('detects a missing header and another secret of %s', async (name) => {
    const request = await genuine(name);
    const expected = named(name).evidence?.headers((await loadFixtures(name)).options ?? {}) ?? [];
    const headers = Object.fromEntries(Object.entries(request.headers).filter(([key]) => !expected.includes(key)));
    // Some senders prove themselves by a field of the body.
    if (expected.length === 0) return;
    const missing = await explain(name, { ...request, headers });
    expect(missing.cause).toBe('header-missing');
    expect(missing.detail).toContain(expected[0]);
    const other = await genuine(name, now, 1);
    const wrong = await explain(name, other);
    expect(wrong.cause).toBe('secret');
    expect(JSON.stringify([missing, wrong])).not.toContain(other.secret);
  });

  it.each(['telegram', 'cloudflare', 'postmark', 'microsoft-graph'])(
    'does not blame the body for the wrong token of %s, which covers none',
    async (name) => {
      const { cause, detail } = await explain(name, await genuine(name, now, 1));
      expect([cause, detail]).toEqual(['secret', expect.stringMatching(/token|password/)]);
      expect(detail).not.toMatch(/body|signature/);
    },
  );

  it('says that a source waits for the secret of its sender', async () => {
    const request = await genuine('stripe');
    const { cause, detail } = await explainRefusal(named('stripe'), request, { secrets: [], options: {}, now });
    expect([cause, detail]).toEqual(['secret', expect.stringContaining('has no secret yet')]);
  });

  it('says that a handshake came to a source that has adopted another secret', async () => {
    const secret = 'a-new-secret-of-asana-0001';
    const request = { headers: { 'x-hook-secret': secret }, body: Buffer.from('{}'), url };
    const { cause, detail } = await explain('asana', request);
    expect([cause, detail]).toEqual(['header-missing', expect.stringContaining('adopted another one already')]);
    expect(detail).not.toContain(secret);
    const without = await explainRefusal(named('asana'), request, { secrets: [], options: {}, now });
    expect(without.detail).not.toContain('adopted');
  });

  it.each(['slack', 'stripe', 'standard-webhooks', 'linear', 'gitlab'])('detects a wrong clock of %s', async (name) => {
    const late = await explain(name, await genuine(name, new Date(now.getTime() - 3_600_000)));
    expect(late).toMatchObject({ cause: 'clock', detail: expect.stringMatching(/(3599|3600|3601) s ago/) });
    const early = await explain(name, await genuine(name, new Date(now.getTime() + 3_600_000)));
    expect(early).toMatchObject({ cause: 'clock', detail: expect.stringMatching(/(3599|3600|3601) s ahead/) });
  });

  it.each(['slack', 'stripe', 'standard-webhooks'])('detects a missing timestamp of %s', async (name) => {
    const request = await genuine(name);
    const headers = { ...request.headers };
    for (const key of Object.keys(headers)) if (key.endsWith('-timestamp')) delete headers[key];
    if (name === 'stripe') headers['stripe-signature'] = headers['stripe-signature']?.replace(/^t=\d+,/, '');
    expect((await explain(name, { ...request, headers })).cause).toBe('time-missing');
  });

  it('detects another encoding of the signature', async () => {
    const request = await genuine('github');
    const hex = request.headers['x-hub-signature-256']?.slice('sha256='.length) ?? '';
    for (const value of [hex.toUpperCase(), Buffer.from(hex, 'hex').toString('base64')]) {
      const headers = { ...request.headers, 'x-hub-signature-256': `sha256=${value}` };
      expect((await explain('github', { ...request, headers })).cause).toBe('encoding');
    }
  });

  it('detects other options of a generic sender', async () => {
    const request = await genuine('hmac');
    const signature = createHmac('sha512', request.secret).update(request.body).digest('base64');
    const headers = { ...request.headers, 'x-signature': `sha512=${signature}` };
    expect(await explain('hmac', { ...request, headers })).toMatchObject({
      cause: 'options',
      detail: expect.stringContaining('algorithm sha512, encoding base64, prefix sha512='),
    });
  });

  it.each([
    ['with whitespace', (text: string) => JSON.stringify(JSON.parse(text), null, 2)],
    ['by Python', (text: string) => text.replaceAll(/(?<=[":\d}]),(?=")/g, ', ').replaceAll('":', '": ')],
    ['with a newline', (text: string) => `${text}\r\n`],
  ])('detects that the body was serialized again %s', async (_name, change) => {
    const request = await genuine('github');
    const changed = { ...request, body: Buffer.from(change(request.body.toString())) };
    expect((await explain('github', changed)).cause).toBe('body-changed');
  });

  it.each([
    ['a newline after it', (secret: string) => `${secret}\n`],
    ['base64', (secret: string) => Buffer.from(secret).toString('base64')],
  ])('detects that the sender signs with the secret in another form: %s', async (_name, change) => {
    const request = await genuine('github');
    const signature = createHmac('sha256', change(request.secret)).update(request.body).digest('hex');
    const headers = { ...request.headers, 'x-hub-signature-256': `sha256=${signature}` };
    const refusal = await explain('github', { ...request, headers });
    expect(refusal.cause).toBe('secret-form');
    expect(JSON.stringify(refusal)).not.toContain(request.secret);
  });

  it('examines only the clock of a body above 64 KiB', async () => {
    const request = await genuine('github');
    const signed = (body: Buffer) => ({
      ...request.headers,
      'x-hub-signature-256': `sha256=${createHmac('sha256', request.secret).update(body).digest('hex')}`,
    });
    for (const [length, cause] of [
      [65_535, 'body-changed'],
      [65_536, 'secret'],
    ] as const) {
      const body = Buffer.alloc(length, 'x');
      const changed = { ...request, headers: signed(body), body: Buffer.concat([body, Buffer.from('\n')]) };
      expect((await explain('github', changed)).cause).toBe(cause);
    }
  });

  it('detects that Twilio signed another URL', async () => {
    const request = await genuine('twilio');
    const changed = { ...request, url: request.url.replace('https:', 'http:') };
    expect((await explain('twilio', changed)).cause).toBe('address');
  });

  it('never throws for a malformed body', async () => {
    for (const { name } of signing)
      for (const body of ['', '{', '[]', '\u0000', '"a"']) {
        const request = await genuine(name);
        const changed = { ...request, body: Buffer.from(body) };
        const context = { secrets: ['another secret'], options: {}, now };
        expect((await explainRefusal(named(name), changed, context)).detail).not.toBe('');
      }
  });
});
