import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api, signUp } from '../support/api.js';
import { ADMIN, startTidings, type RunningTidings } from '../support/app.js';
import { byPs, byRsa, rsaKeys, TestIssuer } from '../support/issuer.js';

interface Me {
  readonly user: { readonly id: string; readonly email: string; readonly isAdmin: boolean };
}

const NAME = 'https://id.example.com';
const SHORT_NAME = 'accounts.example.com';

/** Publishes the keys of all issuers in this test. */
let keys: TestIssuer;
let plain: TestIssuer;
let linking: TestIssuer;
let tidings: RunningTidings;

beforeAll(async () => {
  [keys, plain, linking] = await Promise.all([
    new TestIssuer().start(),
    new TestIssuer().start(),
    new TestIssuer().start(),
  ]);
  const settings = [
    { issuer: plain.url, audiences: ['web', 'app'], clientIds: ['our-app', 'our-other-app'] },
    { issuer: linking.url, audiences: ['web'], linkByEmail: true },
    { issuer: NAME, audiences: ['web'], discovery: `${keys.url}/.well-known/openid-configuration` },
    { issuer: SHORT_NAME, audiences: ['web'], jwks: `${keys.url}/keys`, algorithms: ['RS256'] },
  ];
  tidings = await startTidings({ OIDC_ISSUERS: JSON.stringify(settings) });
});
afterAll(async () => {
  await tidings?.stop();
  await Promise.all([keys, plain, linking].map((issuer) => issuer?.stop()));
});

const withToken = (token: string): Api => Object.assign(new Api(tidings.url), { token });
const statusOf = async (token: string) => (await withToken(token).get('/v1/me')).status;
const me = async (token: string): Promise<Me['user']> => (await withToken(token).get<Me>('/v1/me')).body.user;

describe('a token for a client', () => {
  const accepted: [string, object][] = [
    ['the first audience', { aud: 'web' }],
    ['the second audience', { aud: ['app'] }],
    ['no audience, but a listed client', { aud: undefined, client_id: 'our-app' }],
    ['no audience, but a listed client as the authorised party', { aud: undefined, azp: 'our-other-app' }],
    ['an audience and a listed client', { aud: 'web', azp: 'our-app' }],
  ];
  it.each(accepted)('is accepted with %s', async (what, claims) => {
    expect(await statusOf(plain.token(what, { claims: { ...claims } }))).toBe(200);
  });

  const refused: [string, object][] = [
    ['another audience', { aud: 'tidings-clients' }],
    ['neither an audience nor a client', { aud: undefined }],
    ['no audience and another client', { aud: undefined, client_id: 'theirs' }],
    ['another audience and a listed client', { aud: 'theirs', client_id: 'our-app' }],
    ['a listed audience, but another client', { aud: 'web', azp: 'theirs' }],
    ['a listed and another client', { aud: undefined, azp: 'our-app', client_id: 'theirs' }],
    ['an empty list of audiences', { aud: [], client_id: 'our-app' }],
    ['an audience that is not a string', { aud: { web: true }, client_id: 'our-app' }],
  ];
  it.each(refused)('is rejected with %s', async (what, claims) => {
    expect(await statusOf(plain.token(what, { claims: { ...claims } }))).toBe(401);
  });

  it('is rejected without an audience when the issuer names no clients', async () => {
    expect(await statusOf(linking.token('x', { claims: { aud: undefined, client_id: 'web' } }))).toBe(401);
  });
});

it('an issuer named twice in the short form has both audiences', async () => {
  const own = await startTidings({ OIDC_ISSUERS: `${plain.url}|web,${plain.url}|mobile` });
  try {
    for (const [aud, status] of [
      ['web', 200],
      ['mobile', 200],
      ['other', 401],
    ] as const) {
      const api = Object.assign(new Api(own.url), { token: plain.token('a-user', { claims: { aud } }) });
      expect((await api.get('/v1/me')).status).toBe(status);
    }
  } finally {
    await own.stop();
  }
});

describe('a token in the form of common issuers', () => {
  const web = { claims: { aud: 'web' } };

  it('may be signed with PS256, and may have the type application/at+jwt', async () => {
    const header = { alg: 'PS256', typ: 'application/at+jwt' };
    const token = plain.token('pss', { ...web, header, signer: byPs(plain.rsa.privateKey) });
    expect(await statusOf(token)).toBe(200);
  });

  it.each(['application/logout+jwt', 'logout+jwt', 'application/json'])('is rejected with the type %s', async (typ) => {
    expect(await statusOf(plain.token('typed', { ...web, header: { typ } }))).toBe(401);
  });

  it('may omit the key id: only the matching keys are tried', async () => {
    const header = { kid: undefined };
    expect(await statusOf(plain.token('no-kid', { ...web, header }))).toBe(200);
    const stranger = rsaKeys();
    const forged = plain.token('no-kid', { ...web, header, signer: byRsa(stranger.privateKey) });
    expect(await statusOf(forged)).toBe(401);
  });

  it('may omit the key id when the issuer has several matching keys', async () => {
    const many = await new TestIssuer().start();
    const second = rsaKeys();
    many.more.push(second);
    const own = await startTidings({ OIDC_ISSUERS: `${many.url}|web` });
    const status = async (signer = byRsa(second.privateKey)) => {
      const token = many.token('no-kid', { ...web, header: { kid: undefined }, signer });
      return (await Object.assign(new Api(own.url), { token }).get('/v1/me')).status;
    };
    try {
      expect(await status()).toBe(200);
      expect(await status(byRsa(rsaKeys().privateKey))).toBe(401);
    } finally {
      await own.stop();
      await many.stop();
    }
  });

  it('is accepted when the configuration or the keys of its issuer are at another address', async () => {
    expect(await statusOf(keys.token('elsewhere', { claims: { iss: NAME, aud: 'web' } }))).toBe(200);
    expect(await statusOf(keys.token('keys-only', { claims: { iss: SHORT_NAME, aud: 'web' } }))).toBe(200);
    expect(await statusOf(keys.token('own-name', { claims: { aud: 'web' } }))).toBe(401);
    const header = { alg: 'PS256' };
    const signer = byPs(keys.rsa.privateKey);
    expect(await statusOf(keys.token('alg', { claims: { iss: SHORT_NAME, aud: 'web' }, header, signer }))).toBe(401);
  });

  it('may have email_verified as a string', async () => {
    const claims = { aud: 'web', email: 'text@example.com', email_verified: 'true' };
    expect((await me(plain.token('text', { claims }))).email).toBe('text@example.com');
  });
});

describe('a verified address of an existing user', () => {
  const token = (issuer: TestIssuer, sub: string, email: string, email_verified: unknown = true) =>
    issuer.token(sub, { claims: { aud: 'web', email, email_verified } });

  it('links the user once to an issuer with linkByEmail, and is audited', async () => {
    const user = await signUp(tidings.api, 'linked@example.com');
    const found = await Promise.all(
      Array.from({ length: 4 }, () => me(token(linking, 'linked', 'Linked@example.com', 'true'))),
    );
    expect(new Set(found.map(({ id }) => id))).toEqual(new Set([user.userId]));
    const { body } = await tidings.api.get<{ items: object[] }>('/v1/audit?action=user.identity-linked');
    expect(body.items).toEqual([
      expect.objectContaining({
        target: user.userId,
        after: { issuer: linking.url, subject: 'linked', email: 'linked@example.com' },
      }),
    ]);
    expect((await user.get('/v1/me')).status).toBe(200);
  });

  it('does not link a user to a second subject of the issuer', async () => {
    const user = await signUp(tidings.api, 'recycled@example.com');
    expect((await me(token(linking, 'first', 'recycled@example.com'))).id).toBe(user.userId);
    const second = await me(token(linking, 'second', 'recycled@example.com'));
    expect(second.id).not.toBe(user.userId);
    expect(second.email).toBe(`${second.id}@users.invalid`);
  });

  it('does not link when the address is unverified, or the issuer may not link', async () => {
    const user = await signUp(tidings.api, 'careful@example.com');
    for (const [issuer, verified] of [
      [linking, false],
      [linking, 'no'],
      [linking, undefined],
      [plain, true],
    ] as const) {
      const subject = `careful ${String(verified)} of ${issuer.url}`;
      const claims = {
        aud: 'web',
        email: 'careful@example.com',
        ...(verified !== undefined && { email_verified: verified }),
      };
      expect((await me(issuer.token(subject, { claims }))).id).not.toBe(user.userId);
    }
    expect((await me(token(plain, 'not an administrator', ADMIN.email))).isAdmin).toBe(false);
  });

  it('does not admit a disabled user', async () => {
    const user = await signUp(tidings.api, 'linked-and-disabled@example.com');
    await tidings.api.patch(`/v1/users/${user.userId}`, { disabled: true });
    const answer = await withToken(token(linking, 'disabled', 'linked-and-disabled@example.com')).get('/v1/me');
    expect(answer).toMatchObject({ status: 403, body: { code: 'auth.user-disabled' } });
  });
});
