import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api, signUp } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { byEc, byEd, TestIssuer } from '../support/issuer.js';
import { TestSocket } from '../support/socket.js';

interface Me {
  readonly user: { readonly id: string; readonly email: string; readonly name: string; readonly isAdmin: boolean };
}

let issuer: TestIssuer;
let tidings: RunningTidings;

beforeAll(async () => {
  issuer = await new TestIssuer().start();
  tidings = await startTidings({ OIDC_ISSUERS: `${issuer.url}|tidings-clients` });
});
afterAll(async () => {
  await tidings?.stop();
  await issuer?.stop();
});

const withToken = (token: string): Api => Object.assign(new Api(tidings.url), { token });
const me = async (token: string): Promise<Me['user']> => (await withToken(token).get<Me>('/v1/me')).body.user;

describe('a token of a trusted issuer', () => {
  it.each([
    ['RS256', () => issuer.token('of-rsa')],
    ['ES256', () => issuer.token('of-ec', { header: { alg: 'ES256', kid: 'ec' }, signer: byEc(issuer.ec.privateKey) })],
    ['EdDSA', () => issuer.token('of-ed', { header: { alg: 'EdDSA', kid: 'ed' }, signer: byEd(issuer.ed.privateKey) })],
    ['the type of an access token', () => issuer.token('of-type', { header: { typ: 'at+jwt' } })],
    ['no type', () => issuer.token('of-none', { header: { typ: undefined } })],
    ['several audiences', () => issuer.token('of-many', { claims: { aud: ['others', 'tidings-clients'] } })],
  ])('is accepted with %s, for a call and for a socket', async (_what, make) => {
    const token = make();
    expect((await withToken(token).get('/v1/me')).status).toBe(200);
    const socket = await TestSocket.connect(tidings.url, token);
    socket.cut();
  });

  it('creates a user on first use, and finds the same user afterwards', async () => {
    const claims = { email: 'Grace@Example.com', email_verified: true, name: 'Grace' };
    const user = await me(issuer.token('grace', { claims }));
    const profile = { email: 'grace@example.com', name: 'Grace', isAdmin: false, mustChangePassword: false };
    expect(user).toEqual({ id: expect.any(String), ...profile });
    expect(await me(issuer.token('grace', { claims: { email: 'other@example.com', name: 'Other' } }))).toEqual(user);
    expect((await me(issuer.token('grace2', { claims }))).id).not.toBe(user.id);
  });

  it('records the creation of its user in the audit trail once', async () => {
    const token = issuer.token('audited', { claims: { name: 'Audited' } });
    const { id, email } = await me(token);
    await me(token);
    const { body } = await tidings.api.get<{ items: { target: string }[] }>('/v1/audit?action=user.created');
    expect(body.items.filter(({ target }) => target === id)).toEqual([
      expect.objectContaining({
        actorId: null,
        after: { email, name: 'Audited', isAdmin: false, disabled: false, issuer: issuer.url, subject: 'audited' },
      }),
    ]);
  });

  it('is accepted with U+0000 in a name, and rejected with U+0000 in its subject', async () => {
    const user = await me(issuer.token('nul', { claims: { name: 'a\0b' } }));
    expect(user.name).toBe(user.email);
    expect((await withToken(issuer.token('a\0b')).get('/v1/me')).status).toBe(401);
  });

  it('creates one user for concurrent first calls', async () => {
    const token = issuer.token('crowd', { claims: { email: 'crowd@example.com', email_verified: true } });
    const users = await Promise.all(Array.from({ length: 8 }, () => me(token)));
    expect(new Set(users.map(({ id }) => id)).size).toBe(1);
    expect(users[0]?.email).toBe('crowd@example.com');
  });

  it.each([
    ['is already in use', { email: 'admin@example.com', email_verified: true }],
    ['is already in use in another case', { email: 'ADMIN@example.com', email_verified: true }],
    ['was not verified', { email: 'unverified@example.com' }],
    ['was not verified, in words', { email: 'words@example.com', email_verified: 'false' }],
    ['was verified with a word that says nothing', { email: 'yes@example.com', email_verified: 'yes' }],
    ['is malformed', { email: 'nobody', email_verified: true }],
  ])('does not take over an address that %s, and merges no accounts', async (what, claims) => {
    const user = await me(issuer.token(`address ${what}`, { claims }));
    expect(user.email).toBe(`${user.id}@users.invalid`);
    expect(user.id).not.toBe(tidings.api.userId);
    expect(user.isAdmin).toBe(false);
  });

  it('does not admit a disabled user, who cannot log in with a password either', async () => {
    const user = await me(issuer.token('leaver', { claims: { email: 'leaver@example.com', email_verified: true } }));
    const logIn = (password: string) => withToken('').post('/v1/auth/login', { email: 'leaver@example.com', password });
    for (const password of ['', 'null', 'undefined']) expect((await logIn(password)).status).toBe(401);
    const socket = await TestSocket.connect(tidings.url, issuer.token('leaver'));
    await tidings.api.patch(`/v1/users/${user.id}`, { disabled: true });
    expect((await socket.waitForClose(1_000)).code).toBe(4003);
    expect(await withToken(issuer.token('leaver')).get('/v1/me')).toMatchObject({
      status: 403,
      body: { code: 'auth.user-disabled' },
    });
  });

  it('closes its socket when it expires', async () => {
    const exp = Math.floor(Date.now() / 1_000) + 1;
    const socket = await TestSocket.connect(tidings.url, issuer.token('short', { claims: { exp } }));
    expect((await socket.waitForClose(3_000)).code).toBe(4401);
  });

  it('causes no key request for known keys, and few for unknown keys', async () => {
    const before = issuer.keyRequests;
    for (let i = 0; i < 10; i++) {
      expect((await withToken(issuer.token('guess', { header: { kid: `guess ${i}` } })).get('/v1/me')).status).toBe(
        401,
      );
      expect((await withToken(issuer.token('known')).get('/v1/me')).status).toBe(200);
    }
    expect(issuer.keyRequests - before).toBeLessThanOrEqual(1);
  });
});

describe('an unavailable issuer', () => {
  it('does not make its tokens invalid, and does not affect local tokens', async () => {
    const gone = await new TestIssuer().start();
    const own = await startTidings({ OIDC_ISSUERS: `${gone.url}|tidings-clients` });
    try {
      const token = gone.token('a-user');
      await gone.stop();
      expect(await Object.assign(new Api(own.url), { token }).get('/v1/me')).toMatchObject({
        status: 503,
        body: { code: 'auth.issuer-unavailable' },
      });
      const socket = await TestSocket.open(own.url, { token, via: 'subprotocol' });
      expect((await socket.waitForClose()).code).toBe(1013);
      expect((await (await signUp(own.api, 'local@example.com')).get('/v1/me')).status).toBe(200);
    } finally {
      await own.stop();
    }
  });
});
