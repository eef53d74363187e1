import { createHash, createHmac, randomBytes } from 'node:crypto';

import type { ProviderExample, ProviderFixtures, SignedRequest, SigningContext } from '../fixtures.js';

type Fields = Record<string, unknown>;

const headers = { 'content-type': 'application/json', 'user-agent': 'mailgun/treq-20.9.0' };
const BOUNDARY = '8f3a52b7c1d94e6f';
const route = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}`, 'user-agent': 'mailgun/treq-20.9.0' };
const TOKEN = 'e0b5477167110d68991efc6b9f89f0a11066af27834600e123';

const event = (fields: Fields): Fields => ({
  id: 'CPgfbmQMTCKtHW6uIWtuVe',
  timestamp: 1763640000.2,
  'log-level': 'info',
  envelope: { transport: 'smtp', sender: 'hello@octo.example', 'sending-ip': '192.0.2.54', targets: 'ada@example.com' },
  flags: { 'is-routed': false, 'is-authenticated': true, 'is-system-test': false, 'is-test-mode': false },
  message: {
    headers: { to: 'Ada <ada@example.com>', 'message-id': '20261120.1@octo.example', subject: 'Welcome' },
    attachments: [],
    size: 111,
  },
  recipient: 'ada@example.com',
  'recipient-domain': 'example.com',
  tags: ['welcome'],
  'user-variables': {},
  ...fields,
});

const bodyOf = (token: string, data: Fields): string =>
  JSON.stringify({ signature: { token, timestamp: '', signature: '' }, 'event-data': data });

const formOf = (fields: Record<string, string>): string =>
  [
    ...Object.entries(fields).map(
      ([name, value]) => `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    ),
    `--${BOUNDARY}--\r\n`,
  ].join('');

const TYPES = ['accepted', 'rejected', 'delivered', 'opened', 'clicked', 'unsubscribed', 'complained', 'stored'];
const LISTS = ['list_member_uploaded', 'list_member_upload_error', 'list_uploaded'];

function signed(token: string, { secret, now }: Pick<SigningContext, 'secret' | 'now'>) {
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const signature = createHmac('sha256', secret).update(timestamp).update(token).digest('hex');
  return { token, timestamp, signature };
}

/** Signs the token that the example has. */
function freshen({ headers: given, body }: Pick<ProviderExample, 'headers' | 'body'>, context: SigningContext) {
  const text = body.toString();
  if (given['content-type'] !== headers['content-type']) {
    const token = /name="token"\r\n\r\n(\S*)/.exec(text)?.[1] ?? '';
    const { timestamp, signature } = signed(token, context);
    const filled = text.replace('TIMESTAMP', timestamp).replace('SIGNATURE', signature);
    return { body: Buffer.from(filled), url: context.url };
  }
  const { signature, ...rest }: { signature: { token: string } } = JSON.parse(text);
  return {
    body: Buffer.from(JSON.stringify({ signature: signed(signature.token, context), ...rest })),
    url: context.url,
  };
}

export const fixtures: ProviderFixtures = {
  secrets: ['2f8c1b7a6d5e4c3b2a1908f7e6d5c4b3', '3b4c5d6e7f8091a2b3c4e5d6a7b1c8f2'],
  coversBody: false,
  examples: [
    {
      name: 'a delivered e-mail',
      headers,
      body: bodyOf(
        TOKEN,
        event({ event: 'delivered', 'delivery-status': { code: 250, message: 'OK', 'attempt-no': 1, tls: true } }),
      ),
      expected: {
        eventType: 'delivered',
        title: 'E-mail to ada@example.com was delivered: OK',
        deliveryId: TOKEN,
      },
    },
    {
      name: 'a permanent failure',
      headers,
      body: bodyOf(
        'a8ce0edb2dd8301dee6c2405235584e45aa91d1e9f979f3de0',
        event({
          event: 'failed',
          severity: 'permanent',
          reason: 'bounce',
          'delivery-status': { code: 550, message: '5.1.1 The mailbox is unknown', description: '' },
        }),
      ),
      expected: {
        eventType: 'failed.permanent',
        title: 'E-mail to ada@example.com failed permanently: 5.1.1 The mailbox is unknown',
      },
    },
    {
      name: 'an e-mail that a route forwards',
      headers: route,
      body: formOf({
        recipient: 'support@octo.example',
        sender: 'ada@example.com',
        subject: 'Größe?',
        from: 'Ada <ada@example.com>',
        'body-plain': 'Hello',
        timestamp: 'TIMESTAMP',
        token: '50b5477167110d68991efc6b9f89f0a11066af27834600e123',
        signature: 'SIGNATURE',
      }),
      expected: {
        eventType: 'inbound',
        title: 'E-mail from ada@example.com to support@octo.example arrived: Größe?',
      },
    },
  ],
  eventTypes: [
    ...[...TYPES, ...LISTS, 'an_event_to_come'].map((type) => bodyOf(TOKEN, { event: type })),
    ...['permanent', 'temporary'].map((severity) => bodyOf(TOKEN, { event: 'failed', severity })),
  ].map((body) => ({ headers, body })),
  freshen,
  sign: () => ({}),
  forge(genuine, sign, context) {
    const at = (seconds: number) => sign({ now: new Date(context.now.getTime() + seconds * 1_000) });
    return {
      'a day and a second old': at(-86_401),
      'a day and a second in the future': at(86_401),
      ...otherFields(genuine, context),
      ...otherPlaces(genuine, context),
      'no body': { ...genuine, body: Buffer.alloc(0) },
    };
  },
};

function otherFields(genuine: SignedRequest, { secret }: SigningContext): Record<string, SignedRequest> {
  const shown = signatureShownIn(genuine.body.toString());
  const hash = (algorithm: string, ...pieces: string[]) =>
    createHmac(algorithm, secret).update(pieces.join('')).digest('hex');
  const changes: Readonly<Record<string, readonly [from: string, to: string]>> = {
    'another time': [shown.timestamp, String(Number(shown.timestamp) - 1)],
    'a digit more in the time': [shown.timestamp, `${shown.timestamp}0`],
    'another token': [shown.token, randomBytes(25).toString('hex')],
    'a shorter token': [shown.token, shown.token.slice(1)],
    'a longer token': [shown.token, `${shown.token}0`],
    'an empty token': [shown.token, ''],
    'an empty signature': [shown.signature, ''],
    'a signature in upper case': [shown.signature, shown.signature.toUpperCase()],
    'half a signature': [shown.signature, shown.signature.slice(0, 32)],
    'a doubled signature': [shown.signature, shown.signature.repeat(2)],
    'all zeros': [shown.signature, '0'.repeat(64)],
    'the word true': [shown.signature, 'true'],
    'SHA-1': [shown.signature, hash('sha1', shown.timestamp, shown.token)],
    'SHA-512': [shown.signature, hash('sha512', shown.timestamp, shown.token)],
    'the token before the time': [shown.signature, hash('sha256', shown.token, shown.timestamp)],
    'the token alone': [shown.signature, hash('sha256', shown.token)],
    'the time alone': [shown.signature, hash('sha256', shown.timestamp)],
    'a separator': [shown.signature, hash('sha256', shown.timestamp, '.', shown.token)],
    'no key': [shown.signature, createHash('sha256').update(`${shown.timestamp}${shown.token}`).digest('hex')],
  };
  const text = genuine.body.toString();
  return Object.fromEntries(
    Object.entries(changes).map(([name, [from, to]]) => [
      name,
      { ...genuine, body: Buffer.from(text.replace(from, () => to)) },
    ]),
  );
}

function otherPlaces(genuine: SignedRequest, context: SigningContext): Record<string, SignedRequest> {
  const own = signed(TOKEN, context);
  const json = (value: unknown) => ({ headers, url: genuine.url, body: Buffer.from(JSON.stringify(value)) });
  return {
    'no signature': json({ 'event-data': {} }),
    'a signature that is a text': json({ signature: own.signature }),
    'a list of signatures': json({ signature: [own] }),
    'a signature without a time': json({ signature: { ...own, timestamp: undefined } }),
    'a time in a list': json({ signature: { ...own, timestamp: [own.timestamp] } }),
    'a token in an object': json({ signature: { ...own, token: { 0: own.token } } }),
    'a signature in the event': json({ 'event-data': { signature: own } }),
    'a signature in a list': json([{ signature: own }]),
    'a signature in the headers': { ...json({}), headers: { ...headers, ...own } },
  };
}

/** Finds the three fields in both forms of a body. */
function signatureShownIn(text: string): { timestamp: string; token: string; signature: string } {
  const find = (name: string) => new RegExp(`${name}"(?:\\r\\n\\r\\n|:")([\\w-]*)`).exec(text)?.[1] ?? '';
  return { timestamp: find('timestamp'), token: find('token'), signature: find('signature') };
}
