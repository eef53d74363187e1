import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/platform/database/database.js';
import { signUp, type Api, type Schemas } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { BrowserSession } from '../support/browser-session.js';
import { TestSocket } from '../support/socket.js';

let tidings: RunningTidings;
let admin: Api;
let userId: string;
let email: string;
let phone: BrowserSession;
let laptop: BrowserSession;
let count = 0;

beforeAll(async () => {
  tidings = await startTidings();
  admin = tidings.api;
});
afterAll(() => tidings?.stop());

beforeEach(async () => {
  email = `user${++count}@example.com`;
  const user = await signUp(admin, email);
  userId = user.userId;
  await tidings.app.get(Database).query('DELETE FROM sessions WHERE user_id = $1', [userId]);
  phone = await logIn('a phone');
  laptop = await logIn('a laptop');
});

async function logIn(agent: string): Promise<BrowserSession> {
  const browser = new BrowserSession(tidings.url, agent);
  await browser.logIn(email, `password of ${email}`);
  return browser;
}

const list = async (by: Api, path = '/v1/me/sessions') =>
  (await by.get<{ items: Schemas['Session'][] }>(path)).body.items;
const isSignedIn = async (browser: BrowserSession): Promise<boolean> =>
  (await browser.api.get('/v1/me')).status === 200;

describe('the sessions of a user', () => {
  it('are listed with their clients and times, the current one marked', async () => {
    const before = await list(laptop.api);
    expect(before).toMatchObject([
      { id: phone.id, userAgent: 'a phone', current: false, refreshedAt: null, ip: '127.0.0.1', vouchedBy: null },
      { id: laptop.id, userAgent: 'a laptop', current: true, refreshedAt: null },
    ]);
    await phone.refresh({ 'user-agent': `a phone with a new name ${'x'.repeat(400)}` });
    const [refreshed] = await list(laptop.api);
    expect(refreshed?.userAgent).toMatch(/^a phone with a new name x+$/);
    expect(refreshed?.userAgent).toHaveLength(300);
    expect(Date.parse(refreshed?.refreshedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(refreshed?.createdAt ?? ''));
  });

  it('end at once with their tokens and sockets when their user ends them', async () => {
    const socket = await TestSocket.connect(tidings.url, phone.api.token);
    const own = await TestSocket.connect(tidings.url, laptop.api.token);
    expect((await laptop.api.delete(`/v1/me/sessions/${phone.id}`)).status).toBe(204);
    expect((await socket.waitForClose()).code).toBe(4001);
    expect([await isSignedIn(phone), await isSignedIn(laptop)]).toEqual([false, true]);
    expect((await phone.refresh()).status).toBe(401);
    expect(own.closed).toBeUndefined();
    expect((await laptop.api.delete(`/v1/me/sessions/${laptop.id}`)).status).toBe(204);
    expect(await isSignedIn(laptop)).toBe(false);
  });

  it('cannot be ended or seen by another user, by an API key or under another id', async () => {
    const other = await signUp(admin, `other${count}@example.com`);
    for (const id of [phone.id, 'nonsense', '0198a000-0000-7000-8000-000000000000']) {
      expect(await other.delete(`/v1/me/sessions/${id}`)).toMatchObject({
        status: 404,
        body: { code: 'session.not-found' },
      });
    }
    for (const path of ['', `/${phone.id}`]) {
      expect(await other.delete(`/v1/users/${userId}/sessions${path}`)).toMatchObject({ status: 403 });
    }
    expect((await other.get(`/v1/users/${userId}/sessions`)).status).toBe(403);
    const { body } = await laptop.api.post<{ key: string }>('/v1/api-keys', { name: 'x', scopes: ['tasks:read'] });
    const key = laptop.api.with({});
    key.token = body.key;
    expect((await key.get('/v1/me/sessions')).status).toBe(403);
    expect(await isSignedIn(phone)).toBe(true);
  });

  it('can be seen and ended by an administrator, with an entry in the audit trail', async () => {
    expect((await list(admin, `/v1/users/${userId}/sessions`)).map(({ id }) => id)).toEqual([phone.id, laptop.id]);
    const socket = await TestSocket.connect(tidings.url, phone.api.token);
    expect((await admin.delete(`/v1/users/${userId}/sessions/${phone.id}`)).status).toBe(204);
    expect((await socket.waitForClose()).code).toBe(4001);
    expect([await isSignedIn(phone), await isSignedIn(laptop)]).toEqual([false, true]);
    const { body } = await admin.get<{ items: Schemas['AuditEntry'][] }>('/v1/audit?limit=1');
    expect(body.items[0]).toMatchObject({
      action: 'user.session-ended',
      actorId: admin.userId,
      target: userId,
      before: { sessionId: phone.id, userAgent: 'a phone' },
    });
    expect(await admin.delete(`/v1/users/${userId}/sessions/${phone.id}`)).toMatchObject({
      status: 404,
      body: { code: 'session.not-found' },
    });
  });

  it('end all together when an administrator says so', async () => {
    const socket = await TestSocket.connect(tidings.url, phone.api.token);
    expect((await admin.delete(`/v1/users/${userId}/sessions`)).status).toBe(204);
    await socket.waitForClose();
    expect([await isSignedIn(phone), await isSignedIn(laptop)]).toEqual([false, false]);
    expect(await list(admin, `/v1/users/${userId}/sessions`)).toEqual([]);
    const { body } = await admin.get<{ items: Schemas['AuditEntry'][] }>('/v1/audit?limit=1');
    expect(body.items[0]).toMatchObject({ action: 'user.sessions-ended', target: userId });
    expect((await admin.get('/v1/users/0198a000-0000-7000-8000-000000000000/sessions')).status).toBe(404);
  });
});
