import { createSecretKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { SignJWT, UnsecuredJWT, type JWTHeaderParameters, type JWTPayload } from 'jose';
import { newId } from '../../platform/ids.js';
import { loadConfig } from '../../platform/config/config.js';
import { AccessTokens } from './access-tokens.js';

const SECRET = 'a secret that only this spec knows about';
const key = createSecretKey(SECRET, 'utf8');
const tokens = new AccessTokens(
  loadConfig({ JWT_SECRET: SECRET, SECRETS_KEY: Buffer.alloc(32).toString('base64'), ACCESS_TOKEN_SECONDS: '60' }),
);
const userId = newId();
const sessionId = newId();
const seconds = () => Math.floor(Date.now() / 1_000);

const goodHeader: JWTHeaderParameters = { alg: 'HS256', typ: 'at+jwt', kid: '1' };
const goodClaims = (): JWTPayload => ({
  sub: userId,
  iss: 'tidings',
  aud: 'tidings',
  iat: seconds(),
  exp: seconds() + 60,
  jti: newId(),
  sid: sessionId,
});

interface Forgery {
  readonly header?: Record<string, unknown>;
  readonly claims?: Record<string, unknown>;
  readonly signedWith?: typeof key;
}

const forge = ({ header, claims, signedWith = key }: Forgery = {}): Promise<string> =>
  new SignJWT({ ...goodClaims(), ...claims })
    .setProtectedHeader({ ...goodHeader, ...header })
    .sign(signedWith, { crit: { b64: true, exotic: false } });

const codeOf = (token: string): Promise<string> =>
  tokens.verify(token).then(
    () => 'accepted',
    (error: { code: string }) => error.code,
  );

describe('an access token', () => {
  it('verifies after issuing, and carries its user, its session and its expiry', async () => {
    const session = { id: sessionId, userId, expiresAt: new Date(Date.now() + 3_600_000) };
    const { accessToken, expiresIn } = await tokens.issue(session);
    const { expiresAt, ...grant } = await tokens.verify(accessToken);
    expect(grant).toEqual({ userId, sessionId });
    expect(expiresIn).toBe(60);
    expect(expiresAt).toBeGreaterThan(Date.now() + 55_000);
    expect(expiresAt).toBeLessThanOrEqual(Date.now() + 60_000);
  });

  it('expires no later than its session', async () => {
    const end = Date.now() + 20_000;
    const { accessToken, expiresIn } = await tokens.issue({ id: sessionId, userId, expiresAt: new Date(end) });
    expect(expiresIn).toBeLessThanOrEqual(20);
    expect((await tokens.verify(accessToken)).expiresAt).toBeLessThanOrEqual(end);
  });

  // Proves that each forgery below is rejected for its one defect.
  it('verifies when it is built by hand without a defect', async () => {
    expect(await codeOf(await forge())).toBe('accepted');
  });

  it.each<[string, Forgery]>([
    ['signed with HS512', { header: { alg: 'HS512' } }],
    ['signed with another key', { signedWith: createSecretKey('another secret of a fitting length', 'utf8') }],
    ['with an unknown kid', { header: { kid: '2' } }],
    ['with a kid that is a path', { header: { kid: '../../dev/null' } }],
    ['without a kid', { header: { kid: undefined } }],
    ['with an unknown critical extension', { header: { crit: ['exotic'], exotic: true } }],
    ['with a critical extension that the library knows', { header: { crit: ['b64'], b64: true } }],
    ['of the type JWT', { header: { typ: 'JWT' } }],
    ['of the type of a refresh token', { header: { typ: 'refresh+jwt' } }],
    ['without a type', { header: { typ: undefined } }],
    ['for another audience', { claims: { aud: 'others' } }],
    ['without an audience', { claims: { aud: undefined } }],
    ['from another issuer', { claims: { iss: 'others' } }],
    ['without an issuer', { claims: { iss: undefined } }],
    ['without an expiry', { claims: { exp: undefined } }],
    ['that is not valid yet', { claims: { nbf: seconds() + 60 } }],
    ['without a subject', { claims: { sub: undefined } }],
    ['whose subject is no user id', { claims: { sub: "' OR true" } }],
    ['without a session', { claims: { sid: undefined } }],
    ['whose session is no id', { claims: { sid: '*' } }],
    ['without an id', { claims: { jti: undefined } }],
  ])('is rejected when it is one %s', async (_what, forgery) => {
    expect(await codeOf(await forge(forgery))).toBe('auth.invalid-token');
  });

  it('is rejected after its expiry plus the clock leeway', async () => {
    expect(await codeOf(await forge({ claims: { exp: seconds() - 2 } }))).toBe('accepted');
    expect(await codeOf(await forge({ claims: { exp: seconds() - 7 } }))).toBe('auth.token-expired');
  });

  it('is rejected as invalid, not as expired, when it has expired and has a wrong signature', async () => {
    const signedWith = createSecretKey('another secret of a fitting length', 'utf8');
    expect(await codeOf(await forge({ claims: { exp: seconds() - 60 }, signedWith }))).toBe('auth.invalid-token');
  });

  it('is rejected when it is unsigned', async () => {
    expect(await codeOf(new UnsecuredJWT(goodClaims()).encode())).toBe('auth.invalid-token');
    const [, claims] = (await forge()).split('.');
    const header = Buffer.from(JSON.stringify({ ...goodHeader, alg: 'none' })).toString('base64url');
    expect(await codeOf(`${header}.${claims}.`)).toBe('auth.invalid-token');
  });

  it.each(['', 'nonsense', 'a.b.c', '....'])('is rejected when it is "%s"', async (text) => {
    expect(await codeOf(text)).toBe('auth.invalid-token');
  });
});
