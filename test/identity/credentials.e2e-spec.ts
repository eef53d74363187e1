import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api, signUp, type Schemas } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { BrowserSession } from '../support/browser-session.js';
import { TestIssuer } from '../support/issuer.js';
import { TestSocket } from '../support/socket.js';

let issuer: TestIssuer;
let tidings: RunningTidings;
let admin: Api;
let ws: string;

beforeAll(async () => {
  issuer = await new TestIssuer().start();
  tidings = await startTidings({ OIDC_ISSUERS: `${issuer.url}|tidings-clients` });
  ({ api: admin, workspaceId: ws } = tidings);
});
afterAll(async () => {
  await tidings?.stop();
  await issuer?.stop();
});

const withToken = (token: string): Api => Object.assign(new Api(tidings.url), { token });
const statusOf = async (token: string) => (await withToken(token).get('/v1/me')).status;
const disable = (id: string, disabled: boolean) => admin.patch(`/v1/users/${id}`, { disabled });

async function connectsWith(ticket: string): Promise<boolean> {
  const socket = await TestSocket.open(tidings.url, { token: ticket, via: 'ticket' });
  const first = await socket.waitFor(() => true, 'a first frame');
  socket.cut();
  return first.type === 'connected';
}

const drawTicket = async (token: string) =>
  (await withToken(token).post<{ ticket: string }>('/v1/realtime/tickets')).body.ticket;

describe('a user who was disabled and enabled again', () => {
  it('needs a new login: access token, refresh cookie, API key, ticket and push subscription are void', async () => {
    const email = 'returns@example.com';
    const user = await signUp(admin, email);
    const browser = new BrowserSession(tidings.url);
    await browser.logIn(email, `password of ${email}`);
    const key = (await user.post<Schemas['NewApiKey']>('/v1/api-keys', { name: 'x', scopes: ['tasks:read'] })).body.key;
    const tickets = [await drawTicket(user.token), await drawTicket(key)];
    await user.post('/v1/push-subscriptions', { expoToken: 'ExponentPushToken[returns]' });
    expect((await disable(user.userId, true)).status).toBe(200);
    expect(await user.get('/v1/me')).toMatchObject({ status: 403, body: { code: 'auth.user-disabled' } });
    expect((await disable(user.userId, false)).status).toBe(200);
    for (const token of [user.token, browser.api.token, key]) expect(await statusOf(token)).toBe(401);
    expect((await browser.refresh()).status).toBe(401);
    for (const ticket of tickets) expect(await connectsWith(ticket)).toBe(false);
    const again = new BrowserSession(tidings.url);
    await again.logIn(email, `password of ${email}`);
    expect(await statusOf(again.api.token)).toBe(200);
    expect((await again.api.get('/v1/api-keys')).body).toMatchObject({ items: [] });
    expect((await again.api.get('/v1/push-subscriptions')).body).toEqual({ items: [] });
  });

  it('needs a newer token of the issuer, for calls, sockets and tickets', async () => {
    const iat = Math.floor(Date.now() / 1_000) - 5;
    const old = issuer.token('returns', { claims: { iat } });
    const { body } = await withToken(old).get<{ user: { id: string } }>('/v1/me');
    const ticket = await drawTicket(old);
    await disable(body.user.id, true);
    await disable(body.user.id, false);
    expect(await withToken(old).get('/v1/me')).toMatchObject({ status: 401, body: { code: 'auth.session-ended' } });
    expect(await connectsWith(ticket)).toBe(false);
    const next = issuer.token('returns', { claims: { iat: Math.floor(Date.now() / 1_000) + 1 } });
    expect(await statusOf(next)).toBe(200);
  });
});

describe('a logout', () => {
  it('is rejected with an API key, which has no session to end, and so is a refresh', async () => {
    const { body } = await admin.post<Schemas['NewApiKey']>('/v1/api-keys', { name: 'x', scopes: ['tasks:read'] });
    for (const call of ['logout', 'logout-everywhere', 'refresh'])
      expect(await withToken(body.key).post(`/v1/auth/${call}`)).toMatchObject({
        status: 403,
        body: { code: 'auth.person-required' },
      });
    expect(await statusOf(body.key)).toBe(200);
  });

  it('is rejected with a token of another issuer; everywhere revokes such tokens and closes their sockets', async () => {
    const token = issuer.token('leaves', { claims: { iat: Math.floor(Date.now() / 1_000) - 5 } });
    const socket = await TestSocket.connect(tidings.url, token);
    expect(await withToken(token).post('/v1/auth/logout')).toMatchObject({
      status: 409,
      body: { code: 'auth.no-session' },
    });
    expect((await withToken(token).post('/v1/auth/logout-everywhere')).status).toBe(204);
    expect((await socket.waitForClose(1_000)).code).toBe(4001);
    expect(await statusOf(token)).toBe(401);
  });

  it('also ends the session of the access token when the cookie belongs to another login', async () => {
    const email = 'two-logins@example.com';
    const user = await signUp(admin, email);
    const stale = new BrowserSession(tidings.url);
    await stale.logIn(email, `password of ${email}`);
    const { cookie } = stale;
    await stale.call('logout');
    const answer = await user.with({ cookie: cookie ?? '' }).post('/v1/auth/logout');
    expect(answer.status).toBe(204);
    expect(await statusOf(user.token)).toBe(401);
  });
});

describe('the last active owner of a workspace', () => {
  async function withTwoOwners(name: string) {
    const [one, other] = [await signUp(admin, `${name}-1@example.com`), await signUp(admin, `${name}-2@example.com`)];
    await admin.patch(`/v1/users/${one.userId}`, { isAdmin: true });
    const { body } = await one.post<{ id: string }>('/v1/workspaces', { name });
    const members = `/v1/workspaces/${body.id}/members`;
    await one.put(`${members}/${other.userId}`, { role: 'owner' });
    return { one, other, members };
  }
  const refusal = { status: 409, body: { code: 'workspace.last-owner' } };

  it('can neither leave, nor be demoted, disabled or deleted, while the other owner is disabled', async () => {
    const { one, other, members } = await withTwoOwners('last');
    expect((await disable(other.userId, true)).status).toBe(200);
    expect(await one.delete(`${members}/${one.userId}`)).toMatchObject(refusal);
    expect(await one.put(`${members}/${one.userId}`, { role: 'admin' })).toMatchObject(refusal);
    expect(await disable(one.userId, true)).toMatchObject(refusal);
    expect(await admin.delete(`/v1/users/${one.userId}`)).toMatchObject(refusal);
    expect((await one.delete(`${members}/${other.userId}`)).status).toBe(204);
    expect((await one.get(members)).status).toBe(200);
  });

  it('remains when one owner leaves while the other one is disabled, 5 times of 5', async () => {
    for (let i = 0; i < 5; i++) {
      const { one, other, members } = await withTwoOwners(`races${i}`);
      const answers = await Promise.all([one.delete(`${members}/${one.userId}`), disable(other.userId, true)]);
      expect(answers.map(({ status }) => status).filter((status) => status === 409)).toHaveLength(1);
    }
  });

  it('remains when both leave or both are disabled concurrently, 5 times of 5', async () => {
    for (let i = 0; i < 5; i++) {
      const { one, other, members } = await withTwoOwners(`both${i}`);
      const answers = await Promise.all(
        i % 2 === 0
          ? [one.delete(`${members}/${one.userId}`), other.delete(`${members}/${other.userId}`)]
          : [disable(one.userId, true), disable(other.userId, true)],
      );
      expect(answers.map(({ status }) => status).filter((status) => status === 409)).toHaveLength(1);
    }
  });
});

it('one administrator remains when two disable each other concurrently', async () => {
  const [one, other] = [await signUp(admin, 'rival-1@example.com'), await signUp(admin, 'rival-2@example.com')];
  for (const { userId } of [one, other]) await admin.patch(`/v1/users/${userId}`, { isAdmin: true });
  const answers = await Promise.all([
    one.patch(`/v1/users/${other.userId}`, { disabled: true }),
    other.patch(`/v1/users/${one.userId}`, { disabled: true }),
  ]);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect((await admin.get(`/v1/workspaces/${ws}`)).status).toBe(200);
});
