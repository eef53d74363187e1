import { describe, expect, it } from '@jest/globals';

import { fixtures } from './adyen.fixtures.js';
import { provider } from './adyen.provider.js';

const url = 'https://tidings.example.com/webhooks/k3y';
const request = (body: string | Buffer = '') => ({ headers: {}, body: Buffer.from(body), url });

describe('a batch of Adyen', () => {
  const batch = request(fixtures.examples[1]?.body);

  it('is split into items that are described as if each had been sent alone', () => {
    const items = provider.items?.(batch) ?? [];
    expect(items.map(({ id }) => id)).toEqual(['QFQTPCQ8HXSKGK82', '9915555555555555']);
    expect(items.map(({ body }) => provider.describe(request(body)).title)).toEqual([
      'Authorisation of order-42 failed for 11.30 EUR: Refused',
      'order-42: the payment was charged back for 11.30 EUR',
    ]);
  });

  it('of one item is not split', () => {
    expect(provider.items?.(request(fixtures.examples[0]?.body))).toBeUndefined();
  });

  it('has the ids of all items as its id', () => {
    const id = 'QFQTPCQ8HXSKGK82:AUTHORISATION:false,9915555555555555:CHARGEBACK:true';
    expect(provider.deliveryId(batch, { options: {} })).toBe(id);
  });

  it('of many items has a hash as its id, which depends on each of them', () => {
    const one = (reference: number) => ({
      NotificationRequestItem: { pspReference: `99155555555555${reference}`, eventCode: 'CAPTURE', success: 'true' },
    });
    const idOf = (...references: number[]) =>
      provider.deliveryId(request(JSON.stringify({ notificationItems: references.map(one) })), { options: {} });
    expect(idOf(10, 11, 12, 13, 14, 15, 16)).toMatch(/^[\da-f]{64}$/);
    expect(idOf(10, 11, 12, 13, 14, 15, 17)).not.toBe(idOf(10, 11, 12, 13, 14, 15, 16));
  });
});

describe('a secret for Adyen', () => {
  it('may have its digits in upper or lower case', () => {
    const [secret = ''] = fixtures.secrets;
    for (const text of [secret, secret.toLowerCase()]) expect(provider.readSecret?.(text)).toEqual({ keys: [text] });
  });

  it.each([
    ['AQEthmfxK4zJbxZDw0m/n3Q5qf3VaY9UCJ1+XWZe9W27jmlZ', 'is an API key'],
    ['test_F7IN5IDCYRHUBLBCMJ3RBQWQQQHG4VZF', 'is a client key'],
    ['44782DEF547AAA06', 'is not the HMAC key'],
    ['user:password', 'is not the HMAC key'],
  ])('%s is refused: it %s', (secret, problem) => {
    expect(provider.readSecret?.(secret)).toEqual({ problem: expect.stringContaining(problem) });
  });
});
