import { createHmac } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';

import { provider } from './mailgun.provider.js';

const now = new Date('2026-11-20T12:00:00Z');
const timestamp = String(now.getTime() / 1000);
const token = 'e0b5477167110d68991efc6b9f89f0a11066af27834600e123';
const signatureOf = (secret: string): string =>
  createHmac('sha256', secret).update(`${timestamp}${token}`).digest('hex');

const request = (signature: object, data: object = {}) => ({
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify({ signature: { timestamp, token, ...signature }, 'event-data': data })),
  url: 'https://tidings.example.com/webhooks/k3y',
});

describe("Mailgun's signature of a subaccount", () => {
  const both = request({
    signature: signatureOf('of the subaccount'),
    'parent-signature': signatureOf('of the account'),
  });

  it.each(['of the subaccount', 'of the account'])('passes with the signing key %s', (secret) => {
    expect(provider.verify(both, { secrets: [secret], options: {}, now })).toBe(true);
  });

  it('does not pass with the key of another account', () => {
    expect(provider.verify(both, { secrets: ['of another account'], options: {}, now })).toBe(false);
  });
});

describe('a captured token of Mailgun', () => {
  it('passes with another body, but under the same signed id, so that it is a repeat', () => {
    const genuine = request({ signature: signatureOf('key') }, { id: 'one', event: 'delivered' });
    const forged = request({ signature: signatureOf('key') }, { id: 'two', event: 'failed' });
    expect(provider.verify(forged, { secrets: ['key'], options: {}, now })).toBe(true);
    expect(provider.signedId).toBe(true);
    expect(provider.deliveryId(forged, { options: {} })).toBe(provider.deliveryId(genuine, { options: {} }));
  });
});

describe('a secret for Mailgun', () => {
  it.each([
    ['2f8c1b7a6d5e4c3b2a1908f7e6d5c4b3-1a2b3c4d-5e6f7a8b', 'an API key'],
    ['pubkey-2f8c1b7a6d5e4c3b2a1908f7e6d5c4b3', 'the verification public key'],
  ])('%s is refused as %s', (secret, name) => {
    expect(provider.readSecret?.(secret)).toEqual({ problem: expect.stringContaining(name) });
  });
});
