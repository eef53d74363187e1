import { describe, expect, it } from '@jest/globals';
import { createHash as hashOf, createHmac, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import type { WebhookRequest } from '../provider.js';
import { hmacOptions } from './hmac.options.js';
import { provider } from './hmac.provider.js';

const now = new Date('2026-11-20T12:00:00Z');
const seconds = String(now.getTime() / 1000);
const text = '{"event":"door.opened"}';
const body = Buffer.from(text);
const url = 'https://tidings.example.com/webhooks/k3y?tenant=7';
const secret = 'a secret of some sender';

type Changes = Partial<WebhookRequest>;

const optionsOf = (options: object) => hmacOptions.parse({ header: 'x-signature', ...options });

function isAccepted(options: object, headers: Record<string, string>, changes: Changes = {}, secrets = [secret]) {
  const request = { headers, body, url, ...changes };
  return provider.verify(request, { secrets, options: optionsOf(options), now });
}

const hmac = (content: string, key: string | Buffer = secret, algorithm = 'sha256') =>
  createHmac(algorithm, key).update(content);

describe('the signed content of a generic source', () => {
  const contents: Array<[template: string, signedText: string, headers: Record<string, string>, changes: Changes]> = [
    ['{method}{path}{body}', `POST/webhooks/k3y${text}`, {}, { method: 'PUT' }],
    ['{url}|{body}', `${url}|${text}`, {}, { url: `${url}8` }],
    ['{query}.{body}', `tenant=7.${text}`, {}, { url: url.replace('7', '8') }],
    ['{header:X-Event}:{body}', `door:${text}`, { 'x-event': 'door' }, { headers: { 'x-event': 'gate' } }],
    [String.raw`POST\n{sha256:hex}`, `POST\n${createHashOf('sha256', 'hex')}`, {}, { body: Buffer.from('{}') }],
    ['{md5:base64}', createHashOf('md5', 'base64'), {}, { body: Buffer.from('{}') }],
  ];

  it.each(contents)('can be %s', async (content, signedText, headers, changes) => {
    const signed = { ...headers, 'x-signature': hmac(signedText).digest('hex') };
    expect(await isAccepted({ content }, signed)).toBe(true);
    const forged = { ...signed, ...changes.headers };
    expect(await isAccepted({ content }, forged as Record<string, string>, { ...changes, headers: forged })).toBe(
      false,
    );
  });

  it('can be the sorted fields of a form', async () => {
    const form = Buffer.from('b=2&a=1&a=0');
    const headers = { 'x-signature': hmac(`${url}a0a1b2`).digest('hex') };
    expect(await isAccepted({ content: '{url}{form}' }, headers, { body: form })).toBe(true);
    expect(await isAccepted({ content: '{url}{form}' }, headers, { body: Buffer.from('b=2&a=1&a=3') })).toBe(false);
    expect(await isAccepted({ content: '{url}{form}' }, headers, { body: Buffer.from('b=2&a=1&a=0&') })).toBe(false);
  });

  it.each(['{"a":1', '['])('may not begin in the URL: %s', async (start) => {
    const moved = { url: url + start, body: Buffer.from(',2]') };
    const headers = { 'x-signature': hmac(`${url}${start},2]`).digest('hex') };
    expect(await isAccepted({ content: '{url}{body}' }, headers, moved)).toBe(false);
    const apart = { 'x-signature': hmac(`${url}${start}|,2]`).digest('hex') };
    expect(await isAccepted({ content: '{url}|{body}' }, apart, moved)).toBe(true);
  });

  it('has up to eight parts', async () => {
    const headers = { 'x-signature': hmac(text.repeat(8)).digest('hex') };
    expect(await isAccepted({ content: '{body}'.repeat(8) }, headers)).toBe(true);
  });

  it('is missing, and nothing is accepted, without a header that it names', async () => {
    const headers = { 'x-signature': hmac(`undefined:${text}`).digest('hex') };
    expect(await isAccepted({ content: '{header:x-event}:{body}' }, headers)).toBe(false);
  });

  it.each([
    { content: '{timestamp}' },
    { content: '{body}{secret}' },
    { content: '{timestamp}.{body}' },
    { content: '{id}.{body}' },
    { content: '{body:hex}' },
    { content: '{header}{body}' },
    { content: '{body: }' },
    { content: '{sha256: hex}{method}' },
    { content: 'x{form:' },
    { content: '{Body}{sha256:hex }' },
    { content: '{body}{' },
    { content: '{sha512:hex}'.repeat(9) },
    { timestamp: { header: 'x-time' } },
    { timestamp: { header: 'x-time', item: 't=' }, content: '{timestamp}{body}' },
    { timestamp: {}, content: '{timestamp}{body}' },
    { handshake: { sign: 'hex' } },
    { handshake: { challenge: 'cookie:a' } },
    { answer: { status: 500 } },
    { answer: { contentType: 'text/plain\r\nx: y' } },
    ...['text/html', 'image/svg+xml', 'application/xhtml+xml'].map((contentType) => ({ answer: { contentType } })),
    ...['set-cookie', 'trailer', 'transfer-encoding', 'x-content-type-options', 'x-accel-redirect', 'refresh'].map(
      (name) => ({
        handshake: { challenge: 'query:c', answer: 'header', name },
      }),
    ),
    { handshake: { challenge: 'header:set-cookie', answer: 'header' } },
  ])('is refused with the options %j', (options) => {
    expect(hmacOptions.safeParse({ header: 'x-signature', ...options }).success).toBe(false);
  });
});

function createHashOf(algorithm: string, encoding: 'hex' | 'base64'): string {
  return hashOf(algorithm).update(body).digest(encoding);
}

describe('the signed time of a generic source', () => {
  const at = (offset: number) => new Date(now.getTime() + offset * 1000);
  const units: Array<[unit: string, write: (time: Date) => string]> = [
    ['s', (time) => String(time.getTime() / 1000)],
    ['ms', (time) => String(time.getTime())],
    ['iso', (time) => time.toISOString()],
  ];

  it.each(units)('is within its window in the unit %s', async (unit, write) => {
    const options = { content: '{timestamp}.{body}', timestamp: { header: 'x-time', unit, windowSeconds: 60 } };
    const send = (time: string) =>
      isAccepted(options, { 'x-time': time, 'x-signature': hmac(`${time}.${text}`).digest('hex') });
    expect(await send(write(at(60)))).toBe(true);
    expect(await send(write(at(-60)))).toBe(true);
    expect(await send(write(at(61)))).toBe(false);
    expect(await send(write(at(-61)))).toBe(false);
    expect(await send('soon')).toBe(false);
  });

  it('can be an item of the header, beside several signatures', async () => {
    const options = { content: '{timestamp}.{body}', timestamp: { item: 't=' }, separator: ',', prefix: 'v1=' };
    const good = `v1=${hmac(`${seconds}.${text}`).digest('hex')}`;
    const other = `v1=${'ab'.repeat(32)}`;
    const send = (value: string) => isAccepted(options, { 'x-signature': value });
    expect(await send(`t=${seconds},${other},${good}`)).toBe(true);
    expect(await send(`t=${seconds},${other}`)).toBe(false);
    expect(await send(good)).toBe(false);
    expect(await send(`t=${seconds},t=${seconds},${good}`)).toBe(false);
    expect(await send([`t=${seconds}`, ...Array.from({ length: 10 }, () => other), good].join())).toBe(false);
  });
});

describe('the key of a generic source', () => {
  const bytes = Buffer.from('0f1e2d3c4b5a69788796a5b4c3d2e1f0fb', 'hex');

  it.each(['hex', 'base64', 'base64url'] as const)('can be in %s', async (key) => {
    const written = bytes.toString(key);
    const headers = { 'x-signature': hmac(text, bytes).digest('hex') };
    expect(await isAccepted({ key }, headers, {}, [written])).toBe(true);
    expect(await isAccepted({}, headers, {}, [written])).toBe(false);
    expect(provider.readSecret?.(written, optionsOf({ key }))).toEqual({ keys: [written] });
    expect(provider.readSecret?.('not a key!', optionsOf({ key }))).toEqual({
      problem: `is not in the encoding ${key}`,
    });
  });

  it('that is no key of the encoding verifies nothing, not even with the bytes that it begins with', async () => {
    const headers = { 'x-signature': hmac(text, Buffer.from('ab', 'hex')).digest('hex') };
    expect(await isAccepted({ key: 'hex' }, headers, {}, ['abzz'])).toBe(false);
  });
});

describe('a public key of a generic source', () => {
  const spki = (key: KeyObject) => key.export({ format: 'der', type: 'spki' }).toString('base64');
  const ed25519 = generateKeyPairSync('ed25519');
  const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const rawKey = Buffer.from(ed25519.publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  const der = sign('sha256', body, p256.privateKey);
  const raw = sign('sha256', body, { key: p256.privateKey, dsaEncoding: 'ieee-p1363' });
  const cases: Array<[name: string, options: object, key: string, signature: Buffer]> = [
    ['ed25519 in hex', { scheme: 'ed25519' }, rawKey.toString('hex'), sign(null, body, ed25519.privateKey)],
    ['ed25519 in base64', { scheme: 'ed25519' }, rawKey.toString('base64'), sign(null, body, ed25519.privateKey)],
    ['ecdsa as SPKI', { scheme: 'ecdsa' }, spki(p256.publicKey), der],
    ['ecdsa with raw numbers', { scheme: 'ecdsa', form: 'raw' }, spki(p256.publicKey), raw],
    [
      'rsa as PEM',
      { scheme: 'rsa' },
      String(rsa.publicKey.export({ format: 'pem', type: 'spki' })),
      sign('sha256', body, rsa.privateKey),
    ],
  ];

  it.each(cases)('verifies: %s', async (_name, options, key, signature) => {
    const headers = { 'x-signature': signature.toString('hex') };
    expect(await isAccepted(options, headers, {}, [key])).toBe(true);
    expect(await isAccepted(options, headers, { body: Buffer.from(`${text} `) }, [key])).toBe(false);
    expect(await isAccepted(options, { 'x-signature': '' }, {}, [key])).toBe(false);
    // The key is public: an HMAC with it proves nothing.
    expect(await isAccepted(options, { 'x-signature': hmac(text, key).digest('hex') }, {}, [key])).toBe(false);
  });

  it.each([
    ['ed25519', 'is not the public part of an Ed25519 key', spki(p256.publicKey)],
    ['ecdsa', 'is not the public part of an ECDSA key on P-256', rawKey.toString('hex')],
    ['rsa', 'is not the public part of an RSA key of at least 2048 bits', 'text'],
    ['rsa', 'is a private key: give the public one', String(rsa.privateKey.export({ format: 'pem', type: 'pkcs8' }))],
  ])('of another kind is refused as the secret for %s: it %s', (scheme, problem, key) => {
    expect(provider.readSecret?.(key, optionsOf({ scheme }))).toEqual({ problem });
  });
});

describe('a token of a generic source', () => {
  it('is compared with the secrets, after its prefix', async () => {
    const options = { scheme: 'token', prefix: 'Bearer ' };
    expect(await isAccepted(options, { 'x-signature': `Bearer ${secret}` })).toBe(true);
    for (const value of [secret, `bearer ${secret}`, `Bearer ${secret}x`, 'Bearer ', '']) {
      expect(await isAccepted(options, { 'x-signature': value })).toBe(false);
    }
    expect(await isAccepted(options, { 'x-signature': 'Bearer ' }, {}, [''])).toBe(false);
  });

  it('can be a name and a password', async () => {
    const options = { header: 'authorization', scheme: 'basic' };
    const value = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });
    expect(await isAccepted(options, value('ada:pass:word'), {}, ['ada:pass:word'])).toBe(true);
    expect(await isAccepted(options, value('ada:pass'), {}, ['ada:pass:word'])).toBe(false);
    expect(provider.readSecret?.('no-colon', optionsOf(options))).toHaveProperty('problem');
  });

  it('is in a header that is never stored', () => {
    const secretHeaders = provider.secretHeaders as (options: object) => string[];
    expect(secretHeaders(optionsOf({ scheme: 'token' }))).toEqual(['x-signature']);
    expect(secretHeaders(optionsOf({ scheme: 'hmac' }))).toEqual([]);
  });
});

describe('a handshake of a generic source', () => {
  const greet = (handshake: object, request: Changes) =>
    provider.unsignedHandshake?.(
      { headers: {}, body: Buffer.alloc(0), url, method: 'GET', ...request },
      { secrets: [secret], options: optionsOf({ handshake }) },
    );
  const withQuery = (query: string): Changes => ({ url: `${url}&${query}` });
  const plain = (value: string) => ({ contentType: 'text/plain; charset=utf-8', body: value });
  const json = (value: object) => ({ contentType: 'application/json', body: JSON.stringify(value) });

  it('can be a challenge in the query, with a token', () => {
    const verifyToken = { at: 'query:hub.verify_token', value: 'from-the-console' };
    const handshake = { challenge: 'query:hub.challenge', verifyToken };
    const query = 'hub.mode=subscribe&hub.challenge=1158201444';
    expect(greet(handshake, withQuery(`${query}&hub.verify_token=from-the-console`))).toEqual(plain('1158201444'));
    expect(greet(handshake, withQuery(`${query}&hub.verify_token=another`))).toBeUndefined();
    expect(greet(handshake, withQuery(query))).toBeUndefined();
    expect(greet(handshake, {})).toBeUndefined();
  });

  it('can be a field of JSON that is sent back as JSON', () => {
    const request = { method: 'POST', body: Buffer.from('{"challenge":"3eZbrw1a"}') };
    expect(greet({ challenge: 'body:challenge', answer: 'json' }, request)).toEqual(json({ challenge: '3eZbrw1a' }));
    expect(greet({ challenge: 'body:challenge' }, request)).toEqual(plain('3eZbrw1a'));
  });

  it('in the body is none beside other fields, unless a token marks it', () => {
    const request = { method: 'POST', body: Buffer.from('{"challenge":"abc","order":42}') };
    expect(greet({ challenge: 'body:challenge' }, request)).toBeUndefined();
    const verifyToken = { at: 'body:type', value: 'url_verification' };
    const marked = { method: 'POST', body: Buffer.from('{"challenge":"abc","type":"url_verification"}') };
    expect(greet({ challenge: 'body:challenge', verifyToken }, marked)).toEqual(plain('abc'));
  });

  it('can be a header', () => {
    const request = { headers: { 'x-hook-secret': 'b5377' } };
    expect(greet({ challenge: 'header:X-Hook-Secret', answer: 'header' }, request)).toEqual({
      headers: { 'X-Hook-Secret': 'b5377' },
    });
    const okta = { challenge: 'header:x-okta-verification-challenge', answer: 'json', name: 'verification' };
    expect(greet(okta, { headers: { 'x-okta-verification-challenge': 'abc' } })).toEqual(json({ verification: 'abc' }));
  });

  it('can be answered with an HMAC of the challenge', () => {
    const handshake = {
      challenge: 'query:crc_token',
      answer: 'json',
      name: 'response_token',
      sign: 'base64',
      prefix: 'sha256=',
    };
    const expected = { response_token: `sha256=${hmac('42').digest('base64')}` };
    expect(greet(handshake, withQuery('crc_token=42'))).toEqual(json(expected));
  });

  it('with an HMAC signs nothing that passes as a webhook', async () => {
    const handshake = { challenge: 'query:crc_token', answer: 'json', sign: 'hex' };
    for (const forged of ['{"event":"door.opened"}', 'a=1&b=2', '<a/>', 'two words']) {
      expect(greet(handshake, withQuery(`crc_token=${encodeURIComponent(forged)}`))).toBeUndefined();
    }
    const answer = greet(handshake, withQuery('crc_token=a.challenge%3D'));
    expect(answer?.body).toContain(hmac('a.challenge=').digest('hex'));
    const signed = (content: string) => ({ 'x-signature': hmac(content).digest('hex') });
    expect(await isAccepted({ handshake }, signed('a.challenge='), { body: Buffer.from('a.challenge=') })).toBe(false);
    expect(await isAccepted({ handshake }, signed(text))).toBe(true);
    const timed = { content: '{timestamp}.{body}', timestamp: { header: 'x-time' }, handshake };
    const headers = { 'x-time': seconds, ...signed(`${seconds}.challenge`) };
    expect(await isAccepted(timed, headers, { body: Buffer.from('challenge') })).toBe(false);
  });

  it('can be any GET or HEAD', () => {
    expect(greet({}, {})).toEqual({});
    expect(greet({}, { method: 'HEAD' })).toEqual({});
    expect(greet({}, { method: 'POST' })).toBeUndefined();
  });

  it.each(['a\r\nx: y', '<b>\u0000', 'é', 'x'.repeat(1_001)])('with the challenge %j is none', (challenge) => {
    const handshake = { challenge: 'query:challenge', answer: 'header', name: 'x-challenge' };
    expect(greet(handshake, withQuery(`challenge=${encodeURIComponent(challenge)}`))).toBeUndefined();
    expect(greet(handshake, withQuery('challenge=a&challenge=b'))).toBeUndefined();
  });
});

describe('the answer of a generic source', () => {
  const acceptance = { deliveryId: '01a2', duplicate: false };
  const answer = (options: object) => provider.answer?.({ headers: {}, body, url }, acceptance, optionsOf(options));

  it('is 202 with JSON by default, and what the options say otherwise', () => {
    expect(answer({})).toBeUndefined();
    expect(answer({ answer: {} })).toEqual({ status: 200, body: '' });
    expect(answer({ answer: { status: 204, body: 'x' } })).toEqual({ status: 204 });
    expect(answer({ answer: { status: 201, body: 'ok' } })).toEqual({
      status: 201,
      body: 'ok',
      contentType: 'text/plain; charset=utf-8',
    });
    const json = { contentType: 'application/json', body: '{"id":"{id}"}' };
    expect(answer({ answer: json })).toEqual({
      status: 200,
      contentType: 'application/json; charset=utf-8',
      body: '{"id":"01a2"}',
    });
  });
});
