import { createHmac } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';

import { provider } from './zoom.provider.js';

const url = 'https://tidings.example.com/webhooks/k3y';
const encrypted = (secret: string, text: string): string => createHmac('sha256', secret).update(text).digest('hex');

function validate(plainToken: unknown, secrets: readonly string[], headers: Record<string, string> = {}) {
  const body = Buffer.from(JSON.stringify({ event: 'endpoint.url_validation', payload: { plainToken } }));
  return provider.unsignedHandshake?.({ headers, body, url }, { secrets, options: {} });
}

describe("Zoom's validation of a URL", () => {
  it('never gets a signature that a delivery could have', () => {
    for (const text of ['v0:1763640000:{}', 'v0:1763640000:', ':', '', 'x'.repeat(201), null]) {
      expect(validate(text, ['secret'])).toBeUndefined();
    }
  });

  it('is answered with the secret that signed it during a rotation', () => {
    const body = JSON.stringify({ event: 'endpoint.url_validation', payload: { plainToken: 'abc' } });
    const signature = `v0=${encrypted('new', `v0:1763640000:${body}`)}`;
    const answer = validate('abc', ['old', 'new'], {
      'x-zm-request-timestamp': '1763640000',
      'x-zm-signature': signature,
    });
    expect(answer?.body).toBe(JSON.stringify({ plainToken: 'abc', encryptedToken: encrypted('new', 'abc') }));
  });

  it('is not answered without a secret', () => {
    expect(validate('abc', [])).toBeUndefined();
  });
});
