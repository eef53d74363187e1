import { createHmac, createPublicKey, sign } from 'node:crypto';

import { rsaKeyOf } from '../fixture-keys.js';
import type { ProviderFixtures } from '../fixtures.js';

const KEYS = 'https://www.googleapis.com/oauth2/v3/certs';
const headers = { 'content-type': 'application/json', 'user-agent': 'APIs-Google; (+https://developers.google.com)' };
const serviceAccount = 'push@octo-prod.iam.gserviceaccount.com';
const audience = 'https://tidings.example.com';

const bodyOf = (message: object) =>
  JSON.stringify({ message, subscription: 'projects/octo-prod/subscriptions/deploys', deliveryAttempt: 1 });

const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const head = { alg: 'RS256', kid: 'google-1', typ: 'JWT' };

function claimsAt(now: Date) {
  const seconds = Math.floor(now.getTime() / 1000);
  return {
    aud: audience,
    azp: '113774264463038321964',
    email: serviceAccount,
    email_verified: true,
    exp: seconds + 3600,
    iat: seconds,
    iss: 'https://accounts.google.com',
    sub: '113774264463038321964',
  };
}

function tokenOf(header: object, claims: object, key = 'google', hash = 'sha256'): string {
  const text = `${base64url(header)}.${base64url(claims)}`;
  return `${text}.${sign(hash, Buffer.from(text), rsaKeyOf(key)).toString('base64url')}`;
}

export const fixtures: ProviderFixtures = {
  secrets: [],
  coversBody: false,
  options: { audience, serviceAccount },
  examples: [
    {
      name: 'a message with JSON',
      headers,
      body: bodyOf({
        attributes: { origin: 'ci' },
        data: Buffer.from('{"title":"Version 42 is live","ok":true}').toString('base64'),
        messageId: '2070443601311540',
        message_id: '2070443601311540',
        publishTime: '2026-11-20T11:59:58.123Z',
        publish_time: '2026-11-20T11:59:58.123Z',
      }),
      expected: {
        eventType: 'message',
        title: 'Subscription deploys got a message: Version 42 is live',
        deliveryId: '2070443601311540',
      },
    },
    {
      name: 'a new object of Cloud Storage',
      headers,
      body: bodyOf({
        attributes: { bucketId: 'octo-backups', eventType: 'OBJECT_FINALIZE', objectId: 'nightly.tar' },
        data: Buffer.from('{"kind":"storage#object"}').toString('base64'),
        messageId: '2070443601311541',
        publishTime: '2026-11-20T11:59:59.123Z',
      }),
      expected: {
        eventType: 'OBJECT_FINALIZE',
        title: 'Cloud Storage reported object finalize of nightly.tar in octo-backups',
        deliveryId: '2070443601311541',
      },
    },
  ],
  eventTypes: [{}, { data: 'eyJ4IjoxfQ==' }, { attributes: { 'ce-type': 'google.cloud.audit.log.v1.written' } }].map(
    (message) => ({ headers, body: bodyOf(message) }),
  ),
  publications: () => ({
    [KEYS]: JSON.stringify({
      keys: ['google', 'google-before'].map((name, i) => ({
        ...createPublicKey(rsaKeyOf(name)).export({ format: 'jwk' }),
        kid: `google-${i + 1}`,
        alg: 'RS256',
        use: 'sig',
      })),
    }),
  }),
  sign: (_body, _headers, { secret, now }) => ({
    authorization: `Bearer ${tokenOf(head, claimsAt(now), secret === '' ? 'google' : 'forger')}`,
  }),
  forge(genuine, _sign, { now }) {
    const claims = claimsAt(now);
    const of = (token: string) => ({ ...genuine, headers: { ...genuine.headers, authorization: `Bearer ${token}` } });
    const withClaims = (changes: object) => of(tokenOf(head, { ...claims, ...changes }));
    const unsigned = `${base64url({ alg: 'none', kid: 'google-1' })}.${base64url(claims)}.`;
    const confused = `${base64url({ ...head, alg: 'HS256' })}.${base64url(claims)}`;
    const publicPem = createPublicKey(rsaKeyOf('google')).export({ format: 'pem', type: 'spki' });
    return {
      'another audience': withClaims({ aud: 'https://other.example.com' }),
      'no audience': withClaims({ aud: undefined }),
      'another service account': withClaims({ email: 'push@evil.iam.gserviceaccount.com' }),
      'an account with the name in front': withClaims({ email: `${serviceAccount}.evil.example` }),
      'an e-mail address that is not verified': withClaims({ email_verified: false }),
      'no e-mail address': withClaims({ email: undefined }),
      'another issuer': withClaims({ iss: 'https://accounts.google.com.evil.example' }),
      'no issuer': withClaims({ iss: undefined }),
      'an expired token': withClaims({ exp: claims.iat - 61 }),
      'a token without an end': withClaims({ exp: undefined }),
      'a token of the future': withClaims({ nbf: claims.iat + 61 }),
      'a key that is not published': of(tokenOf({ ...head, kid: 'google-9' }, claims)),
      'the key of another id': of(tokenOf({ ...head, kid: 'google-2' }, claims)),
      'a key in the token': of(
        tokenOf({ ...head, jwk: createPublicKey(rsaKeyOf('forger')).export({ format: 'jwk' }) }, claims, 'forger'),
      ),
      'the address of keys in the token': of(tokenOf({ ...head, jku: 'https://evil.example/keys' }, claims, 'forger')),
      'alg none': of(unsigned),
      'HS256 with the public key': of(
        `${confused}.${createHmac('sha256', publicPem).update(confused).digest('base64url')}`,
      ),
      RS512: of(tokenOf({ ...head, alg: 'RS512' }, claims, 'google', 'sha512')),
      'something critical': of(tokenOf({ ...head, crit: ['b64'], b64: false }, claims)),
      'the token alone': { ...genuine, headers: { ...genuine.headers, authorization: tokenOf(head, claims) } },
      'the token in the query': { ...genuine, headers: {}, url: `${genuine.url}&token=${tokenOf(head, claims)}` },
    };
  },
};
