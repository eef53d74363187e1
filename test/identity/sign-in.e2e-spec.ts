import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api, signUp } from '../support/api.js';
import { freePort, startTidings, type RunningTidings } from '../support/app.js';
import { CLIENT, LocalIssuer, type Account } from '../support/local-issuer.js';
import { Visitor } from '../support/visitor.js';

interface AuditRow {
  readonly action: string;
  readonly target: string | null;
  readonly after: Record<string, unknown> | null;
}

let company: LocalIssuer;
let partner: LocalIssuer;
let gone: LocalIssuer;
let tidings: RunningTidings;

beforeAll(async () => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const start = (id: string) => new LocalIssuer().start([`${url}/v1/auth/oidc/${id}/callback`]);
  [company, partner, gone] = await Promise.all([start('company'), start('partner'), start('gone')]);
  const signIn = (id: string) => ({ id, name: `The ${id}`, clientId: CLIENT.id, clientSecret: CLIENT.secret });
  const issuers = [
    { issuer: company.url, linkByEmail: true, signIn: signIn('company') },
    { issuer: partner.url, signIn: signIn('partner') },
    { issuer: gone.url, signIn: signIn('gone') },
  ];
  await gone.stop();
  tidings = await startTidings({ PORT: String(port), PUBLIC_URL: url, OIDC_ISSUERS: JSON.stringify(issuers) });
});
afterAll(async () => {
  await tidings?.stop();
  await Promise.all([company, partner].map((issuer) => issuer?.stop()));
});

const addressOf = (provider: string, to = '/w/1/live') => `${tidings.url}/v1/auth/oidc/${provider}?to=${to}`;
const isScreen = (url: string) => url.startsWith(tidings.url) && !new URL(url).pathname.startsWith('/v1/');
const isCallback = (url: string) => new URL(url).pathname.endsWith('/callback');
const problem = (code: string) => `${tidings.url}/sign-in?problem=${code}`;

/** Signs a person in at an issuer. @returns the browser, and the address at which the sign-in ends */
async function signIn(person: Account | undefined, issuer = company, provider = 'company') {
  issuer.signsIn(person);
  const visitor = new Visitor();
  return { visitor, end: await visitor.follow(addressOf(provider), isScreen) };
}

/** Begins a sign-in and stops before the callback. @returns the browser, and the address of the callback */
async function untilCallback(person: Account, issuer = company, provider = 'company') {
  issuer.signsIn(person);
  const visitor = new Visitor();
  return { visitor, callback: await visitor.follow(addressOf(provider), isCallback) };
}

/** Renews the session of a browser. */
async function sessionOf(visitor: Visitor): Promise<Api | undefined> {
  const cookie = `tidings_refresh=${visitor.cookie('tidings_refresh') ?? ''}`;
  const response = await fetch(`${tidings.url}/v1/auth/refresh`, { method: 'POST', headers: { cookie } });
  if (response.status !== 200) return undefined;
  const { accessToken, user } = (await response.json()) as { accessToken: string; user: { id: string } };
  return Object.assign(new Api(tidings.url), { token: accessToken, userId: user.id });
}

const auditOf = async (action: string): Promise<readonly AuditRow[]> =>
  (await tidings.api.get<{ items: AuditRow[] }>(`/v1/audit?action=${action}&limit=100`)).body.items;

describe('the ways to sign in', () => {
  it('are public, and name each issuer with its address', async () => {
    const { status, body } = await new Api(tidings.url).get('/v1/auth/providers');
    expect(status).toBe(200);
    expect(body).toEqual({
      password: true,
      passwordReset: false,
      providers: ['company', 'partner', 'gone'].map((id) => {
        return { id, name: `The ${id}`, url: `${tidings.url}/v1/auth/oidc/${id}` };
      }),
    });
  });

  it('do not show the secret of the client anywhere', async () => {
    const { body } = await tidings.api.get('/v1/system/settings');
    expect(JSON.stringify(body)).toContain('OIDC_ISSUERS');
    expect(JSON.stringify(body)).not.toContain(CLIENT.secret);
  });
});

describe('a sign-in at an issuer', () => {
  it('sends the browser there with PKCE, state and nonce, and back to an address below PUBLIC_URL', async () => {
    const response = await new Visitor().visit(addressOf('company'));
    expect(response.status).toBe(302);
    const { origin, searchParams } = new URL(response.headers.get('location') ?? '');
    expect(origin).toBe(company.url);
    expect(Object.fromEntries(searchParams)).toMatchObject({
      client_id: CLIENT.id,
      response_type: 'code',
      scope: 'openid email profile',
      code_challenge_method: 'S256',
      redirect_uri: `${tidings.url}/v1/auth/oidc/company/callback`,
    });
    for (const name of ['state', 'nonce', 'code_challenge']) expect(searchParams.get(name)).toMatch(/^[\w-]{43}$/);
    const [cookie = ''] = response.headers.getSetCookie();
    expect(cookie).toMatch(/; Path=\/v1\/auth; Max-Age=600; HttpOnly; SameSite=Lax$/);
    expect(cookie).not.toContain(searchParams.get('state'));
  });

  it('ends at the page where it began, with a session that renews itself', async () => {
    const { visitor, end } = await signIn({ sub: 'ada', email: 'ada@example.com', email_verified: true, name: 'Ada' });
    expect(end).toBe(`${tidings.url}/w/1/live#signed-in`);
    expect(visitor.cookie('tidings_sign_in')).toBeUndefined();
    const api = await sessionOf(visitor);
    const { body } = (await api?.get('/v1/me')) ?? {};
    expect(body).toMatchObject({ user: { email: 'ada@example.com', name: 'Ada', isAdmin: false } });
    const entry = (await auditOf('login.succeeded')).find(({ target }) => target === api?.userId);
    expect(entry?.after).toEqual({ issuer: company.url, subject: 'ada' });
  });

  it('finds the same user the next time', async () => {
    const [first, second] = [await signIn({ sub: 'twice' }), await signIn({ sub: 'twice' })];
    const [one, two] = [await sessionOf(first.visitor), await sessionOf(second.visitor)];
    expect(one?.userId).toBeDefined();
    expect(two?.userId).toBe(one?.userId);
  });

  it('reaches an existing account by a verified address only, and only when the operator trusts the issuer with it', async () => {
    const ids = new Map<string, string>();
    for (const name of ['linked', 'unverified', 'untrusted'])
      ids.set(name, (await signUp(tidings.api, `${name}@example.com`)).userId);
    const verified = (name: string) => ({ sub: name, email: `${name}@example.com`, email_verified: true });
    const linked = await sessionOf((await signIn(verified('linked'))).visitor);
    expect(linked?.userId).toBe(ids.get('linked'));
    const { visitor } = await signIn({ ...verified('unverified'), email_verified: false });
    const unverified = await sessionOf(visitor);
    expect(unverified?.userId).toBeDefined();
    expect(unverified?.userId).not.toBe(ids.get('unverified'));
    const untrusted = await sessionOf((await signIn(verified('untrusted'), partner, 'partner')).visitor);
    expect(untrusted?.userId).toBeDefined();
    expect(untrusted?.userId).not.toBe(ids.get('untrusted'));
  });

  it.each(['https://evil.example/', '//evil.example/', '/%5Cevil.example/'])('never ends at %s', async (to) => {
    company.signsIn({ sub: 'returns' });
    expect(await new Visitor().follow(addressOf('company', to), isScreen)).toBe(`${tidings.url}/#signed-in`);
  });
});

describe('a sign-in at an issuer is refused', () => {
  it('for a disabled user, and recorded', async () => {
    const person = { sub: 'disabled', email: 'disabled@example.com', email_verified: true };
    const { userId = '' } = (await sessionOf((await signIn(person)).visitor)) ?? {};
    await tidings.api.patch(`/v1/users/${userId}`, { disabled: true });
    const { visitor, end } = await signIn(person);
    expect(end).toBe(problem('auth.user-disabled'));
    expect(visitor.cookie('tidings_refresh')).toBeUndefined();
    const entry = (await auditOf('login.failed')).find(({ target }) => target === userId);
    expect(entry?.after).toEqual({ reason: 'disabled', issuer: company.url });
  });

  it('when the person cancels it at the issuer', async () => {
    expect((await signIn(undefined)).end).toBe(problem('auth.sign-in-cancelled'));
  });

  it('when the issuer does not answer', async () => {
    expect(await new Visitor().follow(addressOf('gone'), isScreen)).toBe(problem('auth.provider-unavailable'));
  });

  it('at an issuer that the settings do not name', async () => {
    for (const path of ['stranger', 'stranger/callback?code=1&state=1']) {
      const { status, body } = await new Api(tidings.url).get(`/v1/auth/oidc/${path}`);
      expect([status, body['code']]).toEqual([404, 'auth.provider-not-found']);
    }
  });

  it('with another state', async () => {
    const { visitor, callback } = await untilCallback({ sub: 'state' });
    const forged = new URL(callback);
    forged.searchParams.set('state', 'x'.repeat(43));
    expect(await visitor.follow(forged.href, isScreen)).toBe(problem('auth.sign-in-refused'));
  });

  it('with the code of another browser', async () => {
    const { callback } = await untilCallback({ sub: 'attacker' });
    expect(await new Visitor().follow(callback, isScreen)).toBe(problem('auth.sign-in-expired'));
    const { visitor: victim } = await untilCallback({ sub: 'victim' });
    expect(await victim.follow(callback, isScreen)).toBe(problem('auth.sign-in-refused'));
    expect(victim.cookie('tidings_refresh')).toBeUndefined();
  });

  it('with a code that another browser was given, and its own state', async () => {
    const { callback: theirs } = await untilCallback({ sub: 'attacker' });
    const { visitor, callback } = await untilCallback({ sub: 'victim' });
    const forged = new URL(callback);
    forged.searchParams.set('code', new URL(theirs).searchParams.get('code') ?? '');
    expect(await visitor.follow(forged.href, isScreen)).toBe(problem('auth.sign-in-refused'));
  });

  it('with a code that was used, even with the cookie of its browser', async () => {
    const { visitor, callback } = await untilCallback({ sub: 'replays' });
    const kept = visitor.cookie('tidings_sign_in') ?? '';
    expect(await visitor.follow(callback, isScreen)).toContain('#signed-in');
    expect(await visitor.follow(callback, isScreen)).toBe(problem('auth.sign-in-expired'));
    visitor.setCookie(tidings.url, '/v1/auth', 'tidings_sign_in', kept);
    expect(await visitor.follow(callback, isScreen)).toBe(problem('auth.sign-in-refused'));
  });

  it('with another nonce in the ID token', async () => {
    company.signsIn({ sub: 'nonce' });
    const visitor = new Visitor();
    const started = new URL((await visitor.visit(addressOf('company'))).headers.get('location') ?? '');
    started.searchParams.set('nonce', 'x'.repeat(43));
    expect(await visitor.follow(started.href, isScreen)).toBe(problem('auth.sign-in-refused'));
  });

  it('with an answer that names another issuer, or none', async () => {
    for (const iss of [partner.url, undefined]) {
      const { visitor, callback } = await untilCallback({ sub: 'mixed up' });
      const forged = new URL(callback);
      if (iss === undefined) forged.searchParams.delete('iss');
      else forged.searchParams.set('iss', iss);
      expect(await visitor.follow(forged.href, isScreen)).toBe(problem('auth.sign-in-refused'));
    }
  });

  it('with the answer of one issuer at the callback of another', async () => {
    const { visitor, callback } = await untilCallback({ sub: 'mixed up' });
    const forged = callback.replace('/oidc/company/', '/oidc/partner/');
    expect(await visitor.follow(forged, isScreen)).toBe(problem('auth.sign-in-expired'));
  });

  it('with a cookie that was altered', async () => {
    const { visitor, callback } = await untilCallback({ sub: 'altered' });
    const sealed = visitor.cookie('tidings_sign_in') ?? '';
    const altered = `${sealed.slice(0, 40)}${sealed[40] === 'A' ? 'B' : 'A'}${sealed.slice(41)}`;
    visitor.setCookie(tidings.url, '/v1/auth', 'tidings_sign_in', altered);
    expect(await visitor.follow(callback, isScreen)).toBe(problem('auth.sign-in-expired'));
  });
});
