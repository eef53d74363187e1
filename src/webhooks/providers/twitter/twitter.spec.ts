import { createHmac } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';

import { provider } from './twitter.provider.js';

const address = 'https://tidings.example.com/webhooks/k3y';
const context = { secrets: ['secret'], options: {}, now: new Date() };
const ask = (query: string, method = 'GET') =>
  provider.unsignedHandshake?.({ method, headers: {}, body: Buffer.from(query), url: `${address}?${query}` }, context);

describe("X's challenge-response check", () => {
  it('never gets a signature that a webhook could have', () => {
    for (const text of ['{}', '{"data":{}}', '[]', ' {}', '', 'a b', 'x'.repeat(501)])
      expect(ask(`crc_token=${encodeURIComponent(text)}`)).toBeUndefined();
  });

  it('signs tokens that pass for no webhook', () => {
    const body = Buffer.from('abc');
    const headers = {
      'x-twitter-webhooks-signature': `sha256=${createHmac('sha256', 'secret').update('abc').digest('base64')}`,
    };
    expect(ask('crc_token=abc')?.body).toContain(headers['x-twitter-webhooks-signature']);
    expect(provider.verify({ headers, body, url: address }, context)).toBe(false);
  });

  it('is not answered by POST, with two tokens, or without a secret', () => {
    expect(ask('crc_token=abc', 'POST')).toBeUndefined();
    expect(ask('crc_token=abc&crc_token=abd')).toBeUndefined();
    const request = { method: 'GET', headers: {}, body: Buffer.alloc(0), url: `${address}?crc_token=abc` };
    expect(provider.unsignedHandshake?.(request, { secrets: [], options: {} })).toBeUndefined();
  });
});
