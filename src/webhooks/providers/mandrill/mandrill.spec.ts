import { describe, expect, it } from '@jest/globals';

import { fixtures } from './mandrill.fixtures.js';
import { provider } from './mandrill.provider.js';

const url = 'https://tidings.example.com/webhooks/k3y';
const headers = { 'content-type': 'application/x-www-form-urlencoded' };
const post = (body: string | Buffer) => ({ method: 'POST', headers, body: Buffer.from(body), url });

describe('a batch of Mandrill', () => {
  it('is split into events that are described as if each had been sent alone', () => {
    const items = provider.items?.(post(fixtures.examples[0]?.body ?? '')) ?? [];
    expect(items.map(({ body }) => provider.describe(post(body)).title)).toEqual([
      'E-mail to ada@example.com bounced for good: smtp;550 5.1.1 unknown user (Größe & =)',
      'E-mail to ada@example.com was opened',
    ]);
  });
});

describe("Mandrill's test of a URL", () => {
  const context = { secrets: ['key'], options: {} };

  it.each(['mandrill_events=[]', 'mandrill_events=%5B%5D'])('is answered without a signature: %s', (body) => {
    expect(provider.unsignedHandshake?.(post(body), context)).toEqual({});
  });

  it.each(['mandrill_events=%5B%7B%7D%5D', 'mandrill_events=[]&x=1', 'x=[]', '[]', ''])('is not: %j', (body) => {
    expect(provider.unsignedHandshake?.(post(body), context)).toBeUndefined();
  });
});
