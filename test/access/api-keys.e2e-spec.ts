import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/platform/database/database.js';
import { Api, signUp } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { TestSocket, type Via } from '../support/socket.js';

interface NewKey {
  readonly id: string;
  readonly key: string;
  readonly scopes: string[];
  readonly expiresAt: string;
}

const EVERYTHING = ['members:read', 'members:manage', 'webhooks:read', 'webhooks:manage', 'audit:read'];

let tidings: RunningTidings;
let admin: Api;
let ws: string;

beforeAll(async () => {
  tidings = await startTidings();
  ({ api: admin, workspaceId: ws } = tidings);
});
afterAll(() => tidings?.stop());

async function makeKey(scopes: string[], owner = admin): Promise<NewKey & { api: Api }> {
  const body = { name: 'a machine', scopes };
  const { data, error, response } = await owner.client.POST('/v1/api-keys', { body });
  if (data === undefined) throw new Error(`The key was not made: ${response.status} ${JSON.stringify(error)}`);
  return { ...data, api: Object.assign(new Api(tidings.url), { token: data.key }) };
}

describe('an API key', () => {
  it('is returned only once, and expires after a year by default', async () => {
    const answer = await admin.post<NewKey>('/v1/api-keys', {
      name: 'a machine',
      scopes: ['audit:read', 'audit:read'],
    });
    expect(answer).toMatchObject({ status: 201, body: { name: 'a machine', scopes: ['audit:read'] } });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const { id, key, expiresAt } = answer.body;
    expect(key).toMatch(/^tk_[0-9a-f]{32}_[\w-]{43}$/);
    expect(Date.parse(expiresAt) - Date.now()).toBeCloseTo(365 * 86_400_000, -6);
    const list = await admin.get<{ items: NewKey[] }>('/v1/api-keys?limit=200');
    expect(list.body.items.map((item) => item.id)).toContain(id);
    expect(JSON.stringify(list.body)).not.toContain(key.slice(-43));
    const rows = await tidings.app.get(Database).query('SELECT api_keys::text AS row FROM api_keys');
    expect(JSON.stringify(rows)).not.toContain(key.slice(-43));
  });

  it.each([
    ['a permission that does not exist', { name: 'x', scopes: ['tasks:reed'] }],
    ['no permission', { name: 'x', scopes: [] }],
    ['no name', { scopes: ['audit:read'] }],
    ['an end that has passed', { name: 'x', scopes: ['audit:read'], expiresAt: '2020-01-01T00:00:00Z' }],
    ['an end that never comes', { name: 'x', scopes: ['audit:read'], expiresAt: '9999-01-01T00:00:00Z' }],
  ])('is not created with %s', async (_what, body) => {
    expect(await admin.post('/v1/api-keys', body)).toMatchObject({ status: 400, body: { code: 'request.invalid' } });
  });

  it('has exactly those permissions of its user that its scopes name', async () => {
    const { api } = await makeKey(['members:read']);
    expect((await api.get(`/v1/workspaces/${ws}/members`)).status).toBe(200);
    const refusal = { status: 403, body: { code: 'permission.denied' } };
    expect(await api.get(`/v1/workspaces/${ws}/sources`)).toMatchObject(refusal);
    expect(await api.put(`/v1/workspaces/${ws}/members/${admin.userId}`, { role: 'owner' })).toMatchObject(refusal);
    expect((await api.get('/v1/me')).body).toMatchObject({ workspaces: [{ id: ws, permissions: ['members:read'] }] });
  });

  it('loses a permission in its scopes as soon as its user does', async () => {
    const user = await signUp(admin, 'losing@example.com');
    await admin.put(`/v1/workspaces/${ws}/members/${user.userId}`, { role: 'viewer' });
    const { api } = await makeKey(EVERYTHING, user);
    expect((await api.get(`/v1/workspaces/${ws}/members`)).status).toBe(200);
    expect((await api.post(`/v1/workspaces/${ws}/sources`, { name: 'x', provider: 'open' })).status).toBe(403);
    await admin.delete(`/v1/workspaces/${ws}/members/${user.userId}`);
    expect((await api.get(`/v1/workspaces/${ws}/members`)).status).toBe(404);
    await admin.patch(`/v1/users/${user.userId}`, { disabled: true });
    expect(await api.get('/v1/me')).toMatchObject({ status: 403, body: { code: 'auth.user-disabled' } });
  });

  it('cannot grant a permission that it lacks, even when its user has it', async () => {
    const user = await signUp(admin, 'given@example.com');
    const { api } = await makeKey(['members:read', 'members:manage']);
    const path = `/v1/workspaces/${ws}/members/${user.userId}`;
    for (const body of [{ role: 'viewer', grant: ['webhooks:manage'] }, { role: 'member' }, { role: 'owner' }]) {
      expect(await api.put(path, body)).toMatchObject({ status: 403, body: { code: 'permission.denied' } });
    }
    expect((await admin.put(path, { role: 'viewer', grant: ['webhooks:manage'] })).status).toBe(200);
  });

  it('cannot manage users, workspaces, sessions or keys, even when its user is an administrator', async () => {
    const { api, id } = await makeKey(EVERYTHING);
    const attempts = await Promise.all([
      api.get('/v1/users'),
      api.post('/v1/users', { email: 'made-by-a-key@example.com', password: 'a long pass phrase' }),
      api.patch(`/v1/users/${admin.userId}`, { name: 'x' }),
      api.post('/v1/workspaces', { name: 'x' }),
      api.get('/v1/api-keys'),
      api.post('/v1/api-keys', { name: 'x', scopes: ['audit:read'] }),
      api.delete(`/v1/api-keys/${id}`),
      api.post('/v1/auth/logout-everywhere'),
    ]);
    expect(attempts.map(({ status }) => status)).toEqual(attempts.map(() => 403));
    expect((await admin.get('/v1/me')).status).toBe(200);
  });

  it('is rejected when any part of it is wrong', async () => {
    const { key } = await makeKey(['audit:read']);
    const other = await makeKey(['audit:read']);
    const last = key.at(-2) === 'A' ? 'B' : 'A';
    const forged = [
      `${key.slice(0, -2)}${last}${key.at(-1)}`,
      `${other.key.slice(0, 35)}${key.slice(35)}`,
      `tk_${'0'.repeat(32)}${key.slice(35)}`,
      `${key}x`,
      key.slice(0, -1),
      'tk_',
      key.toUpperCase(),
    ];
    for (const token of forged) {
      expect(await Object.assign(new Api(tidings.url), { token }).get('/v1/me')).toMatchObject({
        status: 401,
        body: { code: 'auth.invalid-token' },
      });
    }
  });

  it('is rejected as expired after its expiry, and its sockets are closed', async () => {
    const { api, id, key } = await makeKey(['audit:read']);
    const database = tidings.app.get(Database);
    await database.query(`UPDATE api_keys SET expires_at = now() + interval '1 s' WHERE id = $1`, [id]);
    const socket = await TestSocket.connect(tidings.url, key);
    expect((await socket.waitForClose(3_000)).code).toBe(4401);
    expect(await api.get('/v1/me')).toMatchObject({ status: 401, body: { code: 'auth.token-expired' } });
  });

  it('can be listed and revoked only by its user', async () => {
    const user = await signUp(admin, 'nosy@example.com');
    const { id, api } = await makeKey(['audit:read']);
    expect((await user.get('/v1/api-keys')).body).toEqual({ items: [], nextCursor: null });
    expect(await user.delete(`/v1/api-keys/${id}`)).toMatchObject({ status: 404, body: { code: 'api-key.not-found' } });
    expect((await user.delete('/v1/api-keys/nonsense')).status).toBe(404);
    expect((await api.get('/v1/me')).status).toBe(200);
  });
});

describe('a socket of an API key', () => {
  it.each<Via>(['subprotocol', 'header', 'query'])(
    'opens with the key as %s, and reads within its scopes',
    async (via) => {
      const { key } = await makeKey(['webhooks:read']);
      const socket = await TestSocket.connect(tidings.url, key, { via });
      expect((await socket.ask('subscribe', { channel: `webhooks:${ws}` })).type).toBe('subscribed');
      expect(await socket.ask('subscribe', { channel: `workspace:${ws}` })).toMatchObject({
        type: 'error',
        payload: { code: 'channel.forbidden' },
      });
      socket.cut();
    },
  );

  it('opens with a ticket issued for the key, and has only the rights of the key', async () => {
    const { api } = await makeKey(['webhooks:read']);
    const { body } = await api.post<{ ticket: string }>('/v1/realtime/tickets');
    const socket = await TestSocket.connect(tidings.url, body.ticket, { via: 'ticket' });
    const { payload } = await socket.ask('workspace:join', { workspaceId: ws });
    expect(payload['channels']).toEqual([`webhooks:${ws}`]);
    socket.cut();
  });

  it('is closed within a second after the key is revoked, while the user’s own socket stays open', async () => {
    const { id, key, api } = await makeKey(['webhooks:read']);
    const ticket = (await api.post<{ ticket: string }>('/v1/realtime/tickets')).body.ticket;
    const [machine, own] = await Promise.all([key, admin.token].map((token) => TestSocket.connect(tidings.url, token)));
    expect((await admin.delete(`/v1/api-keys/${id}`)).status).toBe(204);
    expect((await machine?.waitForClose(1_000))?.code).toBe(4001);
    await own?.waitFor(({ type }) => type === 'permissions:updated', 'that the rights were looked at again');
    expect(own?.closed).toBeUndefined();
    expect((await api.get('/v1/me')).status).toBe(401);
    const late = await TestSocket.open(tidings.url, { token: ticket, via: 'ticket' });
    expect((await late.waitForClose()).code).toBe(4001);
    own?.cut();
  });
});
