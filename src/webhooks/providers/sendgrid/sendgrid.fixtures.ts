import { sign } from 'node:crypto';

import { p256Of, spkiOf } from '../fixture-keys.js';
import type { ProviderFixtures } from '../fixtures.js';

const headers = { 'content-type': 'application/json', 'user-agent': 'SendGrid Event API' };
const keys = [p256Of(21), p256Of(22)];
const keyOf = (secret: string) => keys.find((key) => spkiOf(key) === secret) ?? p256Of(23);
const SIGNATURE = 'x-twilio-email-event-webhook-signature';
const TIMESTAMP = 'x-twilio-email-event-webhook-timestamp';

const event = (fields: object) => ({
  email: 'ada@example.com',
  timestamp: 1763683198,
  'smtp-id': '<14c5d75ce93.dfd.64b469@ismtpd-555>',
  sg_event_id: 'ZGVsaXZlcmVkLTAtMTIzNDU2NzgtYWJj',
  sg_message_id: '14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0',
  ...fields,
});

const EVENTS = [
  'processed',
  'dropped',
  'delivered',
  'deferred',
  'bounce',
  'open',
  'click',
  'spamreport',
  'unsubscribe',
];

export const fixtures: ProviderFixtures = {
  secrets: keys.map(spkiOf),
  examples: [
    {
      name: 'a delivered and an opened e-mail',
      headers,
      body: JSON.stringify([
        event({ event: 'delivered', response: '250 OK' }),
        event({ event: 'open', ip: '192.0.2.7' }),
      ]),
      expected: { eventType: 'delivered', title: 'E-mail to ada@example.com was delivered: 250 OK, and 1 more' },
    },
    {
      name: 'a bounce',
      headers,
      body: JSON.stringify([
        event({ event: 'bounce', type: 'bounce', status: '5.0.0', reason: '500 unknown recipient' }),
      ]),
      expected: { eventType: 'bounce', title: 'E-mail to ada@example.com bounced: 500 unknown recipient' },
    },
  ],
  eventTypes: [...EVENTS, 'group_unsubscribe', 'group_resubscribe', 'an_event_to_come'].map((type) => ({
    headers,
    body: JSON.stringify([{ event: type }]),
  })),
  sign(body, _headers, { secret, now }) {
    const timestamp = String(Math.floor(now.getTime() / 1000));
    const signature = sign('sha256', Buffer.concat([Buffer.from(timestamp), body]), keyOf(secret)).toString('base64');
    return { [TIMESTAMP]: timestamp, [SIGNATURE]: signature };
  },
  forge(genuine, signAgain, { secret, now }) {
    const at = (seconds: number) => signAgain({ now: new Date(now.getTime() + seconds * 1000) });
    const timestamp = genuine.headers[TIMESTAMP] ?? '';
    const content = Buffer.concat([Buffer.from(timestamp), genuine.body]);
    const of = (signature: Buffer) => ({
      ...genuine,
      headers: { ...genuine.headers, [SIGNATURE]: signature.toString('base64') },
    });
    return {
      'a second too old': at(-301),
      'a second too new': at(301),
      'a second later': { ...genuine, headers: { ...genuine.headers, [TIMESTAMP]: String(Number(timestamp) + 1) } },
      'the body alone': of(sign('sha256', genuine.body, keyOf(secret))),
      'SHA-1': of(sign('sha1', content, keyOf(secret))),
      'SHA-512': of(sign('sha512', content, keyOf(secret))),
      'the two numbers alone': of(sign('sha256', content, { key: keyOf(secret), dsaEncoding: 'ieee-p1363' })),
      'two zeros as a signature': of(Buffer.from('3006020100020100', 'hex')),
    };
  },
};
