import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api, signUp } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { BrowserSession } from '../support/browser-session.js';
import { TestSocket } from '../support/socket.js';

let tidings: RunningTidings;
let admin: Api;
let ws: string;

beforeAll(async () => {
  tidings = await startTidings();
  ({ api: admin, workspaceId: ws } = tidings);
});
afterAll(() => tidings?.stop());

const remove = (id: string, as = admin) => as.delete(`/v1/users/${id}`);

describe('deleting a user', () => {
  it('ends tokens, keys, sessions, sockets and memberships, and frees the e-mail address', async () => {
    const email = 'goes@example.com';
    const user = await signUp(admin, email);
    await admin.put(`/v1/workspaces/${ws}/members/${user.userId}`, { role: 'member' });
    const browser = new BrowserSession(tidings.url);
    await browser.logIn(email, `password of ${email}`);
    const { body } = await user.post<{ key: string }>('/v1/api-keys', { name: 'x', scopes: ['audit:read'] });
    const socket = await TestSocket.connect(tidings.url, user.token);
    expect((await remove(user.userId)).status).toBe(204);
    expect((await socket.waitForClose(1_000)).code).toBe(4001);
    expect((await user.get('/v1/me')).status).toBe(401);
    expect((await Object.assign(new Api(tidings.url), { token: body.key }).get('/v1/me')).status).toBe(401);
    expect((await browser.refresh()).status).toBe(401);
    const members = await admin.get<{ items: { userId: string }[] }>(`/v1/workspaces/${ws}/members`);
    expect(members.body.items.map(({ userId }) => userId)).not.toContain(user.userId);
    expect((await signUp(admin, email)).userId).not.toBe(user.userId);
  });

  it('is rejected for administrators themselves, in any spelling of their id', async () => {
    for (const id of [admin.userId, admin.userId.toUpperCase()]) {
      expect(await remove(id)).toMatchObject({ status: 409, body: { code: 'user.own-account' } });
    }
  });

  it('is rejected for the last owner of a workspace, until there is another owner', async () => {
    const owner = await signUp(admin, 'owner@example.com');
    await admin.patch(`/v1/users/${owner.userId}`, { isAdmin: true });
    const { body } = await owner.post<{ id: string }>('/v1/workspaces', { name: 'the owner’s' });
    expect(await remove(owner.userId)).toMatchObject({ status: 409, body: { code: 'workspace.last-owner' } });
    await owner.put(`/v1/workspaces/${body.id}/members/${admin.userId}`, { role: 'owner' });
    expect((await remove(owner.userId)).status).toBe(204);
    expect((await admin.get(`/v1/workspaces/${body.id}`)).body).toMatchObject({ role: 'owner' });
  });

  it('leaves one owner to a workspace whose two owners are deleted concurrently', async () => {
    for (let round = 0; round < 5; round++) {
      const [one, other] = [
        await signUp(admin, `one${round}@example.com`),
        await signUp(admin, `two${round}@example.com`),
      ];
      await admin.patch(`/v1/users/${one.userId}`, { isAdmin: true });
      const { body } = await one.post<{ id: string }>('/v1/workspaces', { name: 'shared' });
      await one.put(`/v1/workspaces/${body.id}/members/${other.userId}`, { role: 'owner' });
      const answers = await Promise.all([remove(one.userId), remove(other.userId)]);
      expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([204, 409]);
    }
  });

  it('leaves one administrator when two delete each other concurrently', async () => {
    const [one, other] = [await signUp(admin, 'first@example.com'), await signUp(admin, 'second@example.com')];
    for (const { userId } of [one, other]) await admin.patch(`/v1/users/${userId}`, { isAdmin: true });
    const answers = await Promise.all([remove(other.userId, one), remove(one.userId, other)]);
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
  });

  it('requires an administrator and an existing user', async () => {
    const user = await signUp(admin, 'ordinary@example.com');
    expect(await remove(admin.userId, user)).toMatchObject({ status: 403, body: { code: 'auth.admin-required' } });
    for (const id of ['0198a000-0000-7000-8000-000000000000', 'nonsense']) {
      expect(await remove(id)).toMatchObject({ status: 404, body: { code: 'user.not-found' } });
    }
  });
});
