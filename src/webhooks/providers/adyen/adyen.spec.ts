import { describe, expect, it } from '@jest/globals';

import { explainRefusal } from '../explain-refusal.js';
import { signedRequest } from '../fixtures.js';
import { fixtures } from './adyen.fixtures.js';
import { provider } from './adyen.provider.js';

const url = 'https://tidings.example.com/webhooks/k3y';
const request = (body: string | Buffer = '') => ({ headers: {}, body: Buffer.from(body), url });

describe('a webhook of Adyen with several items', () => {
  const [secret = ''] = fixtures.secrets;
  const context = { secret, now: new Date('2026-11-20T12:00:00Z'), url, options: {} };
  const verification = { secrets: [secret], options: {}, now: context.now };
  const [genuine] = fixtures.examples.map((example) => signedRequest(fixtures, example, context));
  const {
    live,
    notificationItems: [item],
  } = JSON.parse(String(genuine?.body));
  const changed = { NotificationRequestItem: { ...item.NotificationRequestItem, reason: 'forged' } };
  const withItems = (...notificationItems: object[]) => request(JSON.stringify({ live, notificationItems }));

  it('is refused, also if each item is signed', () => {
    expect(provider.verify(withItems(item), verification)).toBe(true);
    expect(provider.verify(withItems(item, item), verification)).toBe(false);
    expect(provider.verify(withItems(...Array.from({ length: 5 }, () => changed)), verification)).toBe(false);
  });

  it('is explained by the number of its items', async () => {
    expect(await explainRefusal(provider, withItems(item, changed), verification)).toEqual({
      cause: 'body-changed',
      detail: 'The body has 2 items, and Adyen puts exactly one into a webhook.',
    });
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
