import { createHmac } from 'node:crypto';

import type { ProviderFixtures } from '../fixtures.js';

const HEADER = 'x-mandrill-signature';
const headers = { 'content-type': 'application/x-www-form-urlencoded', 'user-agent': 'Mandrill-Webhook/1.0' };

const event = (type: string, fields: object = {}) => ({
  event: type,
  _id: '7f3c2a1b9d8e4f60a1b2c3d4e5f60718',
  ts: 1763640000,
  msg: {
    ts: 1763639998,
    subject: 'Welcome',
    email: 'ada@example.com',
    sender: 'hello@octo.example',
    tags: ['welcome'],
    state: 'sent',
    metadata: { user_id: 4217 },
    _id: '7f3c2a1b9d8e4f60a1b2c3d4e5f60718',
    _version: 'aGVsbG8gd29ybGQ',
  },
  ...fields,
});

const formOf = (...events: object[]): string =>
  new URLSearchParams({ mandrill_events: JSON.stringify(events) }).toString();

const TYPES = `send deferral delivered hard_bounce soft_bounce open click spam unsub reject inbound an_event_to_come`;
const LISTS = ['whitelist', 'allowlist', 'blacklist', 'denylist'].flatMap((type) =>
  ['add', 'change', 'remove'].map((action) => ({ type, action })),
);

/** As Mandrill documents it: the URL, then each name with its value, sorted. */
function signatureOf(url: string, body: string, secret: string, hash = 'sha1'): string {
  const fields = [...new URLSearchParams(body)].toSorted(([a], [b]) => (a < b ? -1 : 1)).map((pair) => pair.join(''));
  return createHmac(hash, secret)
    .update([url, ...fields].join(''))
    .digest('base64');
}

export const fixtures: ProviderFixtures = {
  secrets: ['Q6AsTVFGRDyKpdKxVrBaNw', 'MdwJgD8yJDjYsrwMvRaTHA'],
  examples: [
    {
      name: 'a bounce and an opened e-mail',
      headers,
      body: formOf(
        event('hard_bounce', { msg: { email: 'ada@example.com', diag: 'smtp;550 5.1.1 unknown user (Größe & =)' } }),
        event('open', { ip: '192.0.2.7', url: 'https://octo.example/?a=b' }),
      ),
      expected: {
        eventType: 'hard_bounce',
        title: 'E-mail to ada@example.com bounced for good: smtp;550 5.1.1 unknown user (Größe & =), and 1 more',
        deliveryId: '7f3c2a1b9d8e4f60a1b2c3d4e5f60718:hard_bounce:1763640000',
      },
    },
    {
      name: 'a complaint',
      headers,
      body: formOf(event('spam', { _id: '8a4d3b2c0e9f5071b2c3d4e5f6071829' })),
      expected: { eventType: 'spam', title: 'E-mail to ada@example.com was reported as spam' },
    },
  ],
  eventTypes: [...TYPES.split(' ').map((type) => ({ event: type })), ...LISTS].map((one) => ({
    headers,
    body: formOf(one),
  })),
  handshakes: [
    { name: 'the check of the URL', method: 'HEAD', isSigned: false, expected: {} },
    { name: 'the test without events', headers, body: 'mandrill_events=%5B%5D', isSigned: false, expected: {} },
  ],
  sign: (body, _headers, { secret, url }) => ({ [HEADER]: signatureOf(url, body.toString(), secret) }),
  forge(genuine, sign, { secret }) {
    const text = genuine.body.toString();
    const of = (value: string) => ({ ...genuine, headers: { ...headers, [HEADER]: value } });
    const signed = (body: string) => ({ ...of(signatureOf(genuine.url, body, secret)), body: Buffer.from(body) });
    const moved = text.replace('mandrill_events=', 'mandrill_event=s');
    return {
      'signed for another URL': { ...sign({ url: 'https://evil.example/' }), url: genuine.url },
      'called at another URL': { ...genuine, url: genuine.url.replace('k3y', 'k4y') },
      'called without the query': { ...genuine, url: genuine.url.replace(/\?.*/, '') },
      'a field more, unsigned': { ...genuine, body: Buffer.from(`${text}&x=1`) },
      'a field more, signed': signed(`${text}&x=1`),
      'the same text with a border elsewhere': { ...genuine, body: Buffer.from(moved) },
      'another field, signed': signed('events=%5B%5D'),
      'the body alone': of(createHmac('sha1', secret).update(genuine.body).digest('base64')),
      'the URL and the encoded body': of(
        createHmac('sha1', secret)
          .update(genuine.url + text)
          .digest('base64'),
      ),
      'SHA-256': of(signatureOf(genuine.url, text, secret, 'sha256')),
      'the key that Mandrill tests with': of(signatureOf(genuine.url, text, 'test-webhook')),
      'in hex': of(Buffer.from(genuine.headers[HEADER] ?? '', 'base64').toString('hex')),
    };
  },
};
