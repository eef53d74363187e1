import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { Api, signUp, type Schemas } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { TestSocket } from '../support/socket.js';

let tidings: RunningTidings;
let admin: Api;
let ws: string;
let round = 0;

beforeAll(async () => {
  tidings = await startTidings();
  ({ api: admin, workspaceId: ws } = tidings);
});
afterAll(() => tidings?.stop());

const withToken = (token: string): Api => Object.assign(new Api(tidings.url), { token });

/** A trusted backend, represented by its key. */
async function newBackend(owner = admin, scopes = ['users:impersonate']): Promise<{ id: string; api: Api }> {
  const { status, body } = await owner.post<Schemas['NewApiKey']>('/v1/api-keys', { name: 'our app', scopes });
  if (status !== 201) throw new Error(`The key was not made: ${status}`);
  return { id: body.id, api: withToken(body.key) };
}

async function newAdministrator(): Promise<Api> {
  const other = await signUp(admin, `administrator${round++}@example.com`);
  await admin.patch(`/v1/users/${other.userId}`, { isAdmin: true });
  return other;
}

const newUser = () => signUp(admin, `user${round++}@example.com`);
const draw = (backend: { api: Api }, userId: string, body?: object) =>
  backend.api.post<Schemas['Login']>(`/v1/users/${userId}/tokens`, body);

describe('a token that a trusted backend issues for a user', () => {
  it('authenticates the user for calls and sockets, without administrator rights', async () => {
    const [backend, user] = [await newBackend(), await newUser()];
    await admin.put(`/v1/workspaces/${ws}/members/${user.userId}`, { role: 'member' });
    const { status, headers, body } = await draw(backend, user.userId);
    expect(status).toBe(201);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('set-cookie')).toBeNull();
    expect(body).toMatchObject({ expiresIn: 900, user: { id: user.userId, isAdmin: false } });
    const asUser = withToken(body.accessToken);
    expect((await asUser.get<{ user: { id: string } }>('/v1/me')).body.user.id).toBe(user.userId);
    expect((await asUser.post(`/v1/workspaces/${ws}/tasks`, { title: 'for the app' })).status).toBe(201);
    expect((await asUser.get('/v1/users')).status).toBe(403);
    const socket = await TestSocket.connect(tidings.url, body.accessToken);
    socket.cut();
  });

  it('has the requested lifetime, up to that of any access token', async () => {
    const [backend, user] = [await newBackend(), await newUser()];
    expect((await draw(backend, user.userId, { expiresIn: 60 })).body.expiresIn).toBe(60);
    const long = await draw(backend, user.userId, { expiresIn: 86_400 });
    expect(long.body.expiresIn).toBe(900);
    const { exp = 0, iat = 0 } = decodeJwt(long.body.accessToken);
    expect(exp - iat).toBe(900);
    expect((await draw(backend, user.userId, { expiresIn: 0 })).status).toBe(400);
  });

  it('is recorded in the audit trail, with the key as the actor', async () => {
    const [backend, user] = [await newBackend(), await newUser()];
    await draw(backend, user.userId);
    const { body } = await admin.get<{ items: object[] }>('/v1/audit?action=user.token-issued');
    expect(body.items[0]).toMatchObject({
      actorId: backend.id,
      target: user.userId,
      after: { keyId: backend.id, keyOf: admin.userId },
    });
  });

  const ENDINGS: Record<string, (backend: { id: string }, owner: Api, user: Api) => Promise<unknown>> = {
    'its key is revoked': ({ id }, owner) => owner.delete(`/v1/api-keys/${id}`),
    'the administrator who made the key is disabled': (_, { userId }) =>
      admin.patch(`/v1/users/${userId}`, { disabled: true }),
    'the administrator who made the key is no administrator any more': (_, { userId }) =>
      admin.patch(`/v1/users/${userId}`, { isAdmin: false }),
    'the administrator who made the key is deleted': (_, { userId }) => admin.delete(`/v1/users/${userId}`),
    'its user becomes an administrator': (_, _owner, { userId }) =>
      admin.patch(`/v1/users/${userId}`, { isAdmin: true }),
    'its user logs out everywhere': (_, _owner, user) => user.post('/v1/auth/logout-everywhere'),
    'its user is disabled': (_, _owner, { userId }) => admin.patch(`/v1/users/${userId}`, { disabled: true }),
  };

  it.each(Object.keys(ENDINGS))('ends, with its sockets, when %s', async (what) => {
    const [owner, user] = [await newAdministrator(), await newUser()];
    const backend = await newBackend(owner);
    const { body } = await draw(backend, user.userId);
    const socket = await TestSocket.connect(tidings.url, body.accessToken);
    await ENDINGS[what]?.(backend, owner, user);
    expect([401, 403]).toContain((await withToken(body.accessToken).get('/v1/me')).status);
    await socket.waitForClose(1_000);
  });

  it('cannot create API keys, change the password or be refreshed, but can be logged out', async () => {
    const [backend, user] = [await newBackend(), await newUser()];
    const { body } = await draw(backend, user.userId);
    const asUser = withToken(body.accessToken);
    const refusal = { status: 403, body: { code: 'auth.login-required' } };
    expect(await asUser.post('/v1/api-keys', { name: 'x', scopes: ['tasks:read'] })).toMatchObject(refusal);
    const change = { current: 'x', new: 'an entirely new one' };
    expect(await asUser.post('/v1/me/password', change)).toMatchObject(refusal);
    expect((await asUser.post('/v1/auth/refresh')).status).toBe(401);
    expect((await asUser.post('/v1/auth/logout')).status).toBe(204);
    expect((await asUser.get('/v1/me')).status).toBe(401);
  });
});

describe('no token is issued', () => {
  it('for an administrator', async () => {
    const other = await newAdministrator();
    expect(await draw(await newBackend(), other.userId)).toMatchObject({
      status: 403,
      body: { code: 'user.is-administrator' },
    });
  });

  it('for a disabled user, or for an unknown user', async () => {
    const [backend, user] = [await newBackend(), await newUser()];
    await admin.patch(`/v1/users/${user.userId}`, { disabled: true });
    expect(await draw(backend, user.userId)).toMatchObject({ status: 403, body: { code: 'auth.user-disabled' } });
    for (const id of ['0198a000-0000-7000-8000-000000000000', 'nonsense'])
      expect(await draw(backend, id)).toMatchObject({ status: 404, body: { code: 'user.not-found' } });
  });

  it('by a person, even an administrator, or by a key without the scope', async () => {
    const user = await newUser();
    const refusal = { status: 403, body: { code: 'auth.scope-required' } };
    expect(await draw({ api: admin }, user.userId)).toMatchObject(refusal);
    expect(await draw({ api: user }, user.userId)).toMatchObject(refusal);
    expect(await draw(await newBackend(admin, ['members:manage']), user.userId)).toMatchObject(refusal);
  });

  it('by a token that was itself issued by a backend', async () => {
    const [backend, user] = [await newBackend(), await newUser()];
    const { body } = await draw(backend, user.userId);
    expect((await draw({ api: withToken(body.accessToken) }, user.userId)).status).toBe(403);
  });
});

it('a key that may issue tokens is created by administrators only, and has no rights in a workspace', async () => {
  const user = await newUser();
  expect(await user.post('/v1/api-keys', { name: 'x', scopes: ['users:impersonate'] })).toMatchObject({
    status: 403,
    body: { code: 'auth.admin-required' },
  });
  const { api } = await newBackend();
  expect(
    (await api.get<{ workspaces: { permissions: string[] }[] }>('/v1/me')).body.workspaces[0]?.permissions,
  ).toEqual([]);
  const member = `/v1/workspaces/${ws}/members/${user.userId}`;
  const grant = await admin.put(member, { role: 'viewer', grant: ['users:impersonate'] });
  expect(grant).toMatchObject({ status: 400, body: { code: 'request.invalid' } });
});
