import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt, SignJWT } from 'jose';
import { FirstAdministrator } from '../../src/identity/public/first-administrator.js';
import { CreateUser } from '../../src/identity/users/create-user.js';
import { Database } from '../../src/platform/database/database.js';
import { Api, signUp } from '../support/api.js';
import { ADMIN, startTidings, type RunningTidings } from '../support/app.js';

interface Account {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly isAdmin: boolean;
  readonly disabled: boolean;
}

let tidings: RunningTidings;
let admin: Api;

beforeAll(async () => {
  tidings = await startTidings();
  admin = tidings.api;
});
afterAll(() => tidings?.stop());

const stranger = () => new Api(tidings.url);

const withToken = (token: string): Api => Object.assign(stranger(), { token });

const logIn = (email: string, password: string) => stranger().post('/v1/auth/login', { email, password });

describe('a login', () => {
  it('returns a working token and the user, without the password hash', async () => {
    const { status, body } = await logIn(ADMIN.email, ADMIN.password);
    expect(status).toBe(200);
    expect(body).toEqual({
      accessToken: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      expiresIn: 900,
      user: {
        id: admin.userId,
        email: ADMIN.email,
        name: expect.any(String),
        isAdmin: true,
        mustChangePassword: false,
      },
    });
    expect((await withToken(String(body['accessToken'])).get('/v1/me')).status).toBe(200);
  });

  it('ignores the case of the e-mail address', async () => {
    expect((await logIn(ADMIN.email.toUpperCase(), ADMIN.password)).status).toBe(200);
  });

  it('gives the same answer to a wrong password, an unknown address and a disabled user', async () => {
    const user = await signUp(admin, 'disabled-before-login@example.com');
    await admin.patch(`/v1/users/${user.userId}`, { disabled: true });
    const answers = await Promise.all([
      logIn(ADMIN.email, 'a wrong password'),
      logIn('nobody@example.com', 'a wrong password'),
      logIn('disabled-before-login@example.com', 'password of disabled-before-login@example.com'),
    ]);
    const bodies = answers.map(({ status, body }) => ({ ...body, status, requestId: 'its own' }));
    expect(bodies[0]).toMatchObject({ status: 401, code: 'auth.wrong-login' });
    expect(bodies[1]).toEqual(bodies[0]);
    expect(bodies[2]).toEqual(bodies[0]);
  });

  it.each([
    ['no password', { email: ADMIN.email }],
    ['a number', { email: ADMIN.email, password: 1 }],
    ['an object for an address', { email: { $ne: '' }, password: 'x' }],
    ['a field too many', { email: ADMIN.email, password: ADMIN.password, isAdmin: true }],
  ])('is rejected as malformed with %s', async (_what, body) => {
    const answer = await stranger().post('/v1/auth/login', body);
    expect(answer).toMatchObject({ status: 400, body: { code: 'request.invalid' } });
  });
});

describe('repeated failed logins', () => {
  it('get 429 with Retry-After, even with the right password', async () => {
    const own = await startTidings();
    try {
      const attempt = (password: string) => new Api(own.url).post('/v1/auth/login', { email: ADMIN.email, password });
      for (let i = 0; i < 10; i++) expect((await attempt('a wrong password')).status).toBe(401);
      const { status, headers, body } = await attempt(ADMIN.password);
      expect({ status, code: body['code'] }).toEqual({ status: 429, code: 'auth.too-many-logins' });
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(800);
    } finally {
      await own.stop();
    }
  });
});

describe('every call', () => {
  it.each(['/v1/me', '/v1/users', '/v1/workspaces'])('such as GET %s is rejected without a token', async (path) => {
    const { status, headers, body } = await stranger().get(path);
    expect({ status, code: body['code'] }).toEqual({ status: 401, code: 'auth.invalid-token' });
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
  });

  it('is rejected with a token that has a foreign signature or an unknown critical extension', async () => {
    const sign = (secret: string, header: Record<string, unknown>) =>
      new SignJWT({ jti: '1', sid: decodeJwt(admin.token)['sid'] })
        .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: '1', ...header })
        .setSubject(admin.userId)
        .setIssuer('tidings')
        .setAudience('tidings')
        .setIssuedAt()
        .setExpirationTime('60 s')
        .sign(Buffer.from(secret), { crit: { exotic: false } });
    const ours = tidings.config.jwtSecret;
    expect((await withToken(await sign(ours, {})).get('/v1/me')).status).toBe(200);
    expect((await withToken(await sign(`${ours}?`, {})).get('/v1/me')).status).toBe(401);
    const critical = await sign(ours, { crit: ['exotic'], exotic: true });
    expect((await withToken(critical).get('/v1/me')).status).toBe(401);
    expect((await withToken(await sign(ours, { typ: 'JWT' })).get('/v1/me')).status).toBe(401);
  });

  it.each([
    ['something after the token', (token: string) => `Bearer ${token} more`],
    ['no scheme', (token: string) => token],
    ['another scheme', (token: string) => `Basic ${token}`],
    ['fifteen thousand letters', () => 'a'.repeat(15_000)],
  ])('is rejected with an Authorization header of %s', async (_what, headerOf) => {
    expect(
      (
        await stranger()
          .with({ authorization: `Bearer ${admin.token}` })
          .get('/v1/me')
      ).status,
    ).toBe(200);
    const { status, body } = await stranger()
      .with({ authorization: headerOf(admin.token) })
      .get('/v1/me');
    expect({ status, code: body['code'] }).toEqual({ status: 401, code: 'auth.invalid-token' });
  });

  it('is rejected as expired after the token has expired', async () => {
    const now = Math.floor(Date.now() / 1_000);
    const late = await new SignJWT({ jti: '1', sid: decodeJwt(admin.token)['sid'] })
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: '1' })
      .setSubject(admin.userId)
      .setIssuer('tidings')
      .setAudience('tidings')
      .setIssuedAt(now - 120)
      .setExpirationTime(now - 60)
      .sign(Buffer.from(tidings.config.jwtSecret));
    const answer = await withToken(late).get('/v1/me');
    expect(answer).toMatchObject({ status: 401, body: { code: 'auth.token-expired' } });
  });

  it('is verified with the keys of its application, when two applications run in one process', async () => {
    const other = await startTidings();
    try {
      expect((await withToken(other.api.token).get('/v1/me')).status).toBe(401);
      expect((await Object.assign(new Api(other.url), { token: admin.token }).get('/v1/me')).status).toBe(401);
      expect((await admin.get('/v1/me')).status).toBe(200);
      expect((await other.api.get('/v1/me')).status).toBe(200);
    } finally {
      await other.stop();
    }
  });
});

describe('administration of users', () => {
  it('requires an administrator', async () => {
    const user = await signUp(admin, 'ordinary@example.com');
    const refusal = { status: 403, body: { code: 'auth.admin-required' } };
    expect(await user.get('/v1/users')).toMatchObject(refusal);
    expect(await user.post('/v1/users', { email: 'x@example.com', password: 'a long pass phrase' })).toMatchObject(
      refusal,
    );
    expect(await user.patch(`/v1/users/${user.userId}`, { isAdmin: true })).toMatchObject(refusal);
  });

  it('creates a user who can log in, with the address as the default name', async () => {
    const made = await admin.post<Account>('/v1/users', {
      email: 'Nameless@Example.com',
      password: 'a long pass phrase',
    });
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      id: expect.any(String),
      email: 'nameless@example.com',
      name: 'nameless@example.com',
      isAdmin: false,
      disabled: false,
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    expect((await logIn('nameless@example.com', 'a long pass phrase')).status).toBe(200);
  });

  it('creates one user per address, in any case and for concurrent requests', async () => {
    const body = { email: 'once@example.com', password: 'a long pass phrase' };
    const answers = await Promise.all(
      ['once@example.com', 'Once@example.com', 'ONCE@EXAMPLE.COM'].map((email) =>
        admin.post('/v1/users', { ...body, email }),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409]);
    expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({ code: 'user.email-taken' });
  });

  it.each([
    ['a short password', { email: 'short@example.com', password: '11character' }],
    ['no address', { password: 'a long pass phrase' }],
    ['a malformed address', { email: 'nobody', password: 'a long pass phrase' }],
    ['a right that is not given this way', { email: 'r@example.com', password: 'a long pass phrase', isAdmin: true }],
  ])('does not create a user with %s', async (_what, body) => {
    expect(await admin.post('/v1/users', body)).toMatchObject({ status: 400, body: { code: 'request.invalid' } });
  });

  it('lists every user once, page by page', async () => {
    for (let i = 0; i < 5; i++) {
      await admin.post('/v1/users', { email: `page${i}@example.com`, password: 'a long pass phrase' });
    }
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await admin.get<{ items: Account[]; nextCursor: string | null }>(`/v1/users?limit=2${cursor}`);
      expect(body.items.length).toBeLessThanOrEqual(2);
      expect(JSON.stringify(body)).not.toMatch(/hash|argon/i);
      seen.push(...body.items.map(({ email }) => email));
      cursor = body.nextCursor === null ? '' : `&cursor=${body.nextCursor}`;
    } while (cursor !== '');
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining([ADMIN.email, 'page0@example.com', 'page4@example.com']));
  });

  it('revokes a token for good when it disables its user', async () => {
    const user = await signUp(admin, 'comes-and-goes@example.com');
    expect((await user.get('/v1/me')).status).toBe(200);
    const disabled = await admin.patch(`/v1/users/${user.userId}`, { disabled: true });
    expect(disabled).toMatchObject({ status: 200, body: { disabled: true } });
    expect(await user.get('/v1/me')).toMatchObject({ status: 403, body: { code: 'auth.user-disabled' } });
    await admin.patch(`/v1/users/${user.userId}`, { disabled: false });
    expect(await user.get('/v1/me')).toMatchObject({ status: 401, body: { code: 'auth.session-ended' } });
    expect((await logIn('comes-and-goes@example.com', 'password of comes-and-goes@example.com')).status).toBe(200);
  });

  it('grants and revokes administrator rights, with effect on the next call', async () => {
    const user = await signUp(admin, 'deputy@example.com');
    await admin.patch(`/v1/users/${user.userId}`, { isAdmin: true, name: 'Deputy' });
    expect((await user.get('/v1/users')).status).toBe(200);
    expect((await user.get('/v1/me')).body).toMatchObject({ user: { name: 'Deputy', isAdmin: true } });
    await admin.patch(`/v1/users/${user.userId}`, { isAdmin: false });
    expect((await user.get('/v1/users')).status).toBe(403);
  });

  it.each([{ disabled: true }, { isAdmin: false }])(
    'does not let an administrator do %j to the own account',
    async (body) => {
      for (const id of [admin.userId, admin.userId.toUpperCase()]) {
        const answer = await admin.patch(`/v1/users/${id}`, body);
        expect(answer).toMatchObject({ status: 409, body: { code: 'user.own-account' } });
      }
      expect((await admin.get('/v1/users')).status).toBe(200);
    },
  );

  it('leaves one administrator when two demote each other concurrently', async () => {
    const one = await signUp(admin, 'one@example.com');
    const other = await signUp(admin, 'other@example.com');
    for (let round = 0; round < 5; round++) {
      for (const { userId } of [one, other]) await admin.patch(`/v1/users/${userId}`, { isAdmin: true });
      const answers = await Promise.all([
        one.patch(`/v1/users/${other.userId}`, { isAdmin: false }),
        other.patch(`/v1/users/${one.userId}`, { isAdmin: false }),
      ]);
      expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 403]);
    }
  });

  it.each(['0198a000-0000-7000-8000-000000000000', 'nonsense'])('answers 404 for the unknown user %s', async (id) => {
    expect(await admin.patch(`/v1/users/${id}`, {})).toMatchObject({ status: 404, body: { code: 'user.not-found' } });
  });
});

describe('the first administrator', () => {
  it('is created once, and not again at the next start', async () => {
    expect(await tidings.app.get(FirstAdministrator).make({ embedded: true })).toBeUndefined();
  });

  it('gets a random password by default with an embedded database only', async () => {
    const own = await startTidings();
    try {
      const settings = { ...own.config, admin: undefined };
      const bare = new FirstAdministrator(settings, own.app.get(Database), own.app.get(CreateUser));
      await own.app.get(Database).query('DELETE FROM users');
      expect(await bare.make({ embedded: false })).toBeUndefined();
      const made = await Promise.all([bare.make({ embedded: true }), bare.make({ embedded: true })]);
      const [first, ...others] = made.filter((administrator) => administrator !== undefined);
      expect(others).toEqual([]);
      expect(first?.password).toMatch(/^[\w-]{24}$/);
      await new Api(own.url).logIn(first?.email ?? '', first?.password ?? '');
    } finally {
      await own.stop();
    }
  });
});
