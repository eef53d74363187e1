import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Api, signUp } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { byEc, byEd, byRsa, bySecret, jwt, rsaKeys, TestIssuer } from '../support/issuer.js';
import { TestSocket } from '../support/socket.js';

type Json = Record<string, unknown>;

let tidings: RunningTidings;
/** A trusted issuer with every accepted algorithm. */
let issuer: TestIssuer;
/** An issuer that is trusted for ES256 only. */
let strict: TestIssuer;
let ada: Api;
/** Serves the keys of an attacker, and counts the requests. */
let forger: Server;
let forgerRequests = 0;
let forgerUrl: string;
const forgerKeys = rsaKeys();

beforeAll(async () => {
  [issuer, strict] = await Promise.all([new TestIssuer().start(), new TestIssuer().start()]);
  tidings = await startTidings({
    OIDC_ISSUERS: `${issuer.url}|tidings-clients, ${strict.url}|tidings-clients|ES256`,
  });
  ada = await signUp(tidings.api, 'ada@example.com');
  forger = createServer((_request, response) => {
    forgerRequests += 1;
    response.end(JSON.stringify({ keys: [{ ...forgerKeys.publicKey.export({ format: 'jwk' }), kid: 'rsa' }] }));
  });
  await new Promise<void>((resolve) => forger.listen(0, '127.0.0.1', resolve));
  forgerUrl = `http://127.0.0.1:${(forger.address() as AddressInfo).port}/keys`;
});
afterAll(async () => {
  await tidings?.stop();
  await Promise.all([issuer?.stop(), strict?.stop()]);
  forger?.close();
});

const emptySignature = () => Buffer.alloc(0);
const now = () => Math.floor(Date.now() / 1_000);

/** A valid token for Ada, except for the given changes. */
function local(header: Json = {}, claims: Json = {}, signer = bySecret(tidings.config.jwtSecret)): string {
  return jwt({ alg: 'HS256', typ: 'at+jwt', kid: '1', ...header }, { ...decodeJwt(ada.token), ...claims }, signer);
}

const foreign = (header: Json = {}, claims: Json = {}, signer = byRsa(issuer.rsa.privateKey)): string =>
  issuer.token('mallory', { header, claims, signer });

/** The last character of a signature has unused bits. */
function withLooseBits(token: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return token.slice(0, -1) + alphabet.charAt(alphabet.indexOf(token.slice(-1)) ^ 1);
}

/** Corrupts a signature in the middle. */
function withFlippedBit(token: string): string {
  const at = token.length - 20;
  return token.slice(0, at) + (token.charAt(at) === 'A' ? 'B' : 'A') + token.slice(at + 1);
}

function localForgeries(): Record<string, string> {
  const forged = bySecret('another secret of a fitting length');
  const good = local();
  const [header = '', claims = '', signature = ''] = good.split('.');
  return {
    'alg none without a signature': local({ alg: 'none' }, {}, emptySignature),
    'alg none with a signature': local({ alg: 'none' }),
    'alg None': local({ alg: 'None' }),
    'alg nOnE': local({ alg: 'nOnE' }, {}, emptySignature),
    'no alg': local({ alg: undefined }),
    'HS512 with the right secret': local({ alg: 'HS512' }, {}, bySecret(tidings.config.jwtSecret, 'sha512')),
    'HS384 with the right secret': local({ alg: 'HS384' }, {}, bySecret(tidings.config.jwtSecret, 'sha384')),
    'another secret': local({}, {}, forged),
    'an empty secret': local({}, {}, bySecret('')),
    'an unknown kid': local({ kid: '2' }),
    'a kid that is a path': local({ kid: '../../../../dev/null' }, {}, bySecret('')),
    'a kid that is SQL': local({ kid: "1' OR '1'='1" }),
    'a kid that is an address': local({ kid: forgerUrl }, {}, forged),
    'a kid that is a number': local({ kid: 1 }),
    'a kid that is a list': local({ kid: ['1'] }),
    'a kid from the prototype': local({ kid: '__proto__' }),
    'no kid': local({ kid: undefined }),
    'an unknown critical extension': local({ crit: ['exotic'], exotic: true }),
    'a known critical extension': local({ crit: ['b64'], b64: true }),
    'an unencoded payload': local({ crit: ['b64'], b64: false }),
    'an empty list of critical extensions': local({ crit: [] }),
    'its own key in jwk': local({ jwk: { kty: 'oct', k: 'AAAA' } }, {}, bySecret(Buffer.from('AAAA', 'base64url'))),
    'a URL of keys in jku': local({ jku: forgerUrl, alg: 'RS256' }, {}, byRsa(forgerKeys.privateKey)),
    'the type JWT': local({ typ: 'JWT' }),
    'the type of a refresh token': local({ typ: 'refresh+jwt' }),
    'the type of a ticket': local({ typ: 'ws-ticket' }),
    'no type': local({ typ: undefined }),
    'another audience': local({}, { aud: 'others' }),
    'no audience': local({}, { aud: undefined }),
    'a list of other audiences': local({}, { aud: ['others', 'tidings-clients'] }),
    'another issuer': local({}, { iss: 'others' }),
    'a trusted issuer, signed with the local secret': local({}, { iss: issuer.url, aud: 'tidings-clients' }),
    'no issuer': local({}, { iss: undefined }),
    'a list of issuers': local({}, { iss: ['tidings'] }),
    'an expiry in the past': local({}, { exp: now() - 60 }),
    'no expiry': local({}, { exp: undefined }),
    'an expiry as a string': local({}, { exp: '9999999999' }),
    'an expiry of null': local({}, { exp: null }),
    'a start in the future': local({}, { nbf: now() + 60 }),
    'no subject': local({}, { sub: undefined }),
    'a subject that is not an id': local({}, { sub: "' OR true" }),
    'no session': local({}, { sid: undefined }),
    'a session that never was': local({}, { sid: '0198a000-0000-7000-8000-000000000000' }),
    'the session of another user': local({}, { sid: decodeJwt(tidings.api.token)['sid'] }),
    'no id': local({}, { jti: undefined }),
    'no time of issue': local({}, { iat: undefined }),
    'a padded signature': `${good}=`,
    'a padded payload': `${header}.${claims}=.${signature}`,
    'a padded header': `${header}=.${claims}.${signature}`,
    'changed unused bits in its signature': withLooseBits(good),
    'an extra part': `${good}.${signature}`,
    'an extra dot': `${good}.`,
    'no signature': `${header}.${claims}.`,
    'half a signature': good.slice(0, -20),
    'a flipped bit in its signature': withFlippedBit(good),
  };
}

function foreignForgeries(): Record<string, string> {
  const { rsa, ec, ed } = issuer;
  const pem = rsa.publicKey.export({ format: 'pem', type: 'spki' }).toString();
  const { n = '' } = rsa.publicKey.export({ format: 'jwk' });
  const forged = byRsa(forgerKeys.privateKey);
  const jwk = forgerKeys.publicKey.export({ format: 'jwk' });
  const strictClaims = (over: Json = {}) => ({ ...strict.claims('mallory'), ...over });
  return {
    'of an issuer: alg none': foreign({ alg: 'none' }, {}, emptySignature),
    'of an issuer: HS256 with the public key as a secret': foreign({ alg: 'HS256' }, {}, bySecret(pem)),
    'of an issuer: HS256 with the modulus as a secret': foreign({ alg: 'HS256' }, {}, bySecret(n)),
    'of an issuer: HS256 with the local secret': foreign({ alg: 'HS256' }, {}, bySecret(tidings.config.jwtSecret)),
    'of an issuer: another key under its kid': foreign({}, {}, forged),
    'of an issuer: RS512': foreign({ alg: 'RS512' }, {}, byRsa(rsa.privateKey, 'sha512')),
    'of an issuer: an unknown kid': foreign({ kid: 'forged' }, {}, forged),
    'of an issuer: the kid of another kind of key': foreign({ kid: 'ec' }),
    'of an issuer: its own key in jwk': foreign({ jwk }, {}, forged),
    'of an issuer: its own key in jwk, and no kid': foreign({ jwk, kid: undefined }, {}, forged),
    'of an issuer: a URL of keys in jku': foreign({ jku: forgerUrl }, {}, forged),
    'of an issuer: a URL of a certificate in x5u': foreign({ x5u: forgerUrl }, {}, forged),
    'of an issuer: a certificate in x5c': foreign({ x5c: [Buffer.from('none').toString('base64')] }, {}, forged),
    'of an issuer: an unknown critical extension': foreign({ crit: ['exotic'], exotic: 1 }),
    'of an issuer: a known critical extension': foreign({ crit: ['b64'], b64: true }),
    'of an issuer: another audience': foreign({}, { aud: 'others' }),
    'of an issuer: the local audience': foreign({}, { aud: 'tidings' }),
    'of an issuer: no audience': foreign({}, { aud: undefined }),
    'of an issuer: its name with a trailing slash': foreign({}, { iss: `${issuer.url}/` }),
    'of an issuer: its name in capitals': foreign({}, { iss: issuer.url.toUpperCase() }),
    'of an issuer: the local issuer name': foreign({}, { iss: 'tidings', aud: 'tidings' }),
    'of an issuer: the name of another one': foreign({}, { iss: strict.url }),
    'of an issuer: the name of the forger': foreign({}, { iss: forgerUrl }, forged),
    'of an issuer: an expiry in the past': foreign({}, { exp: now() - 60 }),
    'of an issuer: no expiry': foreign({}, { exp: undefined }),
    'of an issuer: a start in the future': foreign({}, { nbf: now() + 60 }),
    'of an issuer: no time of issue': foreign({}, { iat: undefined }),
    'of an issuer: no subject': foreign({}, { sub: undefined }),
    'of an issuer: an empty subject': foreign({}, { sub: '' }),
    'of an issuer: a subject that is a number': foreign({}, { sub: 1 }),
    'of an issuer: the type of a logout token': foreign({ typ: 'logout+jwt' }),
    'of an issuer: the type of a refresh token': foreign({ typ: 'refresh+jwt' }),
    'of an issuer: a signature in DER': foreign({ alg: 'ES256', kid: 'ec' }, {}, byEc(ec.privateKey, 'der')),
    'of an issuer: a signature of zeros': foreign({ alg: 'ES256', kid: 'ec' }, {}, () => Buffer.alloc(64)),
    'of an issuer: EdDSA under the key of ES256': foreign({ alg: 'EdDSA', kid: 'ec' }, {}, byEd(ed.privateKey)),
    'of an issuer: a padded signature': `${foreign()}=`,
    'of an issuer: a flipped bit in its signature': withFlippedBit(foreign()),
    'of a strict issuer: an algorithm that it does not use': jwt(
      { alg: 'RS256', kid: 'rsa' },
      strictClaims(),
      byRsa(strict.rsa.privateKey),
    ),
    'of a strict issuer: the key of another issuer': jwt(
      { alg: 'ES256', kid: 'ec' },
      strictClaims(),
      byEc(ec.privateKey),
    ),
  };
}

const statusOf = async (token: string): Promise<number> =>
  (await Object.assign(new Api(tidings.url), { token }).get('/v1/me')).status;

/** @returns the close code; 0 for a socket that stays open */
async function closeCodeOf(token: string): Promise<number> {
  const socket = await TestSocket.open(tidings.url, { token, via: 'header' });
  const closed = socket.waitForClose().then(({ code }) => code);
  return closed.catch(() => 0);
}

// Proves that each forgery below is rejected for its one defect.
it('accepts a token that is built in the same way without a defect', async () => {
  const strictGood = jwt({ alg: 'ES256', kid: 'ec' }, strict.claims('mallory'), byEc(strict.ec.privateKey));
  for (const token of [local(), foreign(), strictGood]) {
    expect(await statusOf(token)).toBe(200);
    const socket = await TestSocket.connect(tidings.url, token, { via: 'header' });
    socket.cut();
  }
});

it('rejects more than sixty forged tokens, for calls and for sockets', async () => {
  const forgeries = { ...localForgeries(), ...foreignForgeries() };
  expect(Object.keys(forgeries).length).toBeGreaterThanOrEqual(60);
  const seen: Record<string, { call: number; socket: number }> = {};
  for (const [what, token] of Object.entries(forgeries)) {
    seen[what] = { call: await statusOf(token), socket: await closeCodeOf(token) };
  }
  const refused = Object.keys(forgeries).map((what) => [what, { call: 401, socket: 4001 }]);
  expect(seen).toEqual(Object.fromEntries(refused));
  expect(forgerRequests).toBe(0);
});
