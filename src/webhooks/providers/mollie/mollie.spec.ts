import { createHmac } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';

import { explainRefusal } from '../explain-refusal.js';
import { provider } from './mollie.provider.js';

const url = 'https://tidings.example.com/webhooks/k3y';
const now = new Date('2026-11-20T12:00:00Z');
const body = Buffer.from('{"resource":"event","id":"event_1","type":"payment.paid"}');
const signed = (secret: string) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

describe('a rotation at Mollie', () => {
  it('has two signatures, of which either secret made one', () => {
    const headers = { 'x-mollie-signature': `${signed('new')}, ${signed('old')}` };
    for (const secret of ['old', 'new'])
      expect(provider.verify({ headers, body, url }, { secrets: [secret], options: {}, now })).toBe(true);
    expect(provider.verify({ headers, body, url }, { secrets: ['other'], options: {}, now })).toBe(false);
  });
});

describe('a classic webhook of Mollie', () => {
  const context = { secrets: ['secret'], options: {}, now };
  const classic = {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: Buffer.from('id=tr_d0b0E3EA3v'),
    url,
  };

  it('is refused, and the refusal says why it has no signature', async () => {
    expect(provider.verify(classic, context)).toBe(false);
    const refusal = await explainRefusal(provider, classic, context);
    expect(refusal).toEqual({ cause: 'header-missing', detail: expect.stringContaining('classic webhook of Mollie') });
  });

  it('is not the explanation for another request without a signature', async () => {
    const refusal = await explainRefusal(provider, { ...classic, body }, context);
    expect(refusal.detail).toBe('The header x-mollie-signature is missing.');
  });
});
