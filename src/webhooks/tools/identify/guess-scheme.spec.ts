import { describe, expect, it } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { hmacOptions } from '../../providers/hmac/hmac.options.js';
import { provider as hmac } from '../../providers/hmac/hmac.provider.js';
import type { WebhookRequest } from '../../providers/provider.js';
import { confirmScheme, guessScheme } from './guess-scheme.js';

const secret = 'the secret of an unknown sender';
const body = '{"event":"door.opened"}';
const seconds = Math.floor(Date.now() / 1000) - 86_400;
const at = new Date(seconds * 1000);

const sign = (algorithm: string, encoding: 'hex' | 'base64' | 'base64url', ...content: string[]): string =>
  createHmac(algorithm, secret).update(content.join('')).digest(encoding);

const request = (headers: Record<string, string>): WebhookRequest => ({ headers, body: Buffer.from(body), url: '' });

const schemes: readonly (readonly [string, Record<string, string>, object])[] = [
  ['SHA-256 in hex', { 'x-acme-signature': sign('sha256', 'hex', body) }, { algorithm: 'sha256', encoding: 'hex' }],
  [
    'SHA-1 with a prefix',
    { 'x-acme-signature': `sha1=${sign('sha1', 'hex', body)}` },
    { algorithm: 'sha1', prefix: 'sha1=' },
  ],
  [
    'SHA-512 in base64',
    { 'x-acme-hmac': sign('sha512', 'base64', body) },
    { header: 'x-acme-hmac', algorithm: 'sha512', encoding: 'base64' },
  ],
  ['SHA-384 in base64', { 'x-acme-signature': sign('sha384', 'base64', body) }, { algorithm: 'sha384' }],
  ['base64url', { 'x-acme-signature': sign('sha256', 'base64url', body) }, { encoding: 'base64url' }],
  [
    'upper-case hex',
    { 'x-acme-signature': sign('sha256', 'hex', body).toUpperCase() },
    { algorithm: 'sha256', encoding: 'hex' },
  ],
  [
    'a time in a header of its own',
    { 'x-acme-signature': sign('sha256', 'hex', `${seconds}.`, body), 'x-acme-timestamp': `${seconds}` },
    { content: '{timestamp}.{body}', timestamp: { header: 'x-acme-timestamp' } },
  ],
  [
    'a time in milliseconds',
    { 'x-acme-signature': sign('sha256', 'hex', `${seconds}000.`, body), 'x-acme-timestamp': `${seconds}000` },
    { timestamp: { header: 'x-acme-timestamp', unit: 'ms' } },
  ],
  [
    'a time among the items of the signature',
    { 'acme-signature': `t=${seconds},v1=${sign('sha256', 'hex', `${seconds}.`, body)}` },
    { prefix: 'v1=', separator: ',', timestamp: { item: 't=' }, content: '{timestamp}.{body}' },
  ],
  [
    'an id and a time',
    {
      'acme-id': 'msg_1234567',
      'acme-timestamp': `${seconds}`,
      'acme-signature': sign('sha256', 'base64', `msg_1234567.${seconds}.`, body),
    },
    { idHeader: 'acme-id' },
  ],
  [
    'a time that is not signed',
    { 'x-acme-signature': sign('sha256', 'hex', body), 'x-acme-timestamp': `${seconds}` },
    { algorithm: 'sha256' },
  ],
];

describe('a guessed scheme', () => {
  it.each(schemes)('has the right options for %s', (_name, headers, expected) => {
    expect(guessScheme(request(headers))).toMatchObject(expected);
  });

  it.each(schemes)('consists of options that the provider `hmac` accepts: %s', (_name, headers) => {
    expect(hmacOptions.safeParse(guessScheme(request(headers))).error).toBeUndefined();
  });

  it.each(schemes)('verifies the request once the secret confirms it: %s', async (_name, headers) => {
    const given = request(headers);
    const guess = guessScheme(given);
    const confirmed = guess && confirmScheme(guess, given, secret);
    const options = hmacOptions.parse(confirmed);
    const context = { options, now: at };
    expect(await hmac.verify(given, { ...context, secrets: [secret] })).toBe(true);
    expect(await hmac.verify({ ...given, body: Buffer.from('{}') }, { ...context, secrets: [secret] })).toBe(false);
    expect(guess && confirmScheme(guess, given, 'another secret')).toBeUndefined();
  });

  it.each([
    ['no header at all', {}],
    ['an id that is a hash', { 'x-request-id': 'a'.repeat(64) }],
    ['a signature of an unusual length', { 'x-signature': 'abcdef' }],
    ['a plain token', { 'x-acme-token': 'a secret token' }],
    ['a huge value', { 'x-signature': 'ab'.repeat(4_000) }],
  ])('is none for %s', (_name, headers) => {
    expect(guessScheme(request(headers))).toBeUndefined();
  });
});
