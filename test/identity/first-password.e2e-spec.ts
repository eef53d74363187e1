import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FirstAdministrator } from '../../src/identity/public/first-administrator.js';
import { Database } from '../../src/platform/database/database.js';
import { Api } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';

const PASSWORD = 'a password that was handed over';

let tidings: RunningTidings;

beforeAll(async () => {
  tidings = await startTidings();
});
afterAll(() => tidings?.stop());

async function flagOf(api: Api): Promise<unknown> {
  return (await api.get<{ user: Record<string, unknown> }>('/v1/me')).body.user['mustChangePassword'];
}

async function logIn(email: string, password: string, running = tidings) {
  const { status, body } = await new Api(running.url).post<{ user: Record<string, unknown>; accessToken: string }>(
    '/v1/auth/login',
    { email, password },
  );
  const api = Object.assign(new Api(running.url), { token: body.accessToken });
  return { status, flag: body.user['mustChangePassword'], api };
}

describe('a user whose password another person has chosen', () => {
  it('is marked in the login response and in /v1/me until they change it', async () => {
    const email = 'handed-over@example.com';
    await tidings.api.post('/v1/users', { email, password: PASSWORD, mustChangePassword: true });
    const { flag, api } = await logIn(email, PASSWORD);
    expect(flag).toBe(true);
    expect(await flagOf(api)).toBe(true);
    // Scripts sign in with the first password.
    expect((await api.get('/v1/notifications')).status).toBe(200);
    expect((await api.post('/v1/me/password', { current: PASSWORD, new: 'a pass phrase of my own' })).status).toBe(204);
    expect(await flagOf(api)).toBe(false);
    expect((await logIn(email, 'a pass phrase of my own')).flag).toBe(false);
  });

  it('is marked only when the administrator asks for it', async () => {
    const email = 'unmarked@example.com';
    await tidings.api.post('/v1/users', { email, password: PASSWORD });
    expect((await logIn(email, PASSWORD)).flag).toBe(false);
  });
});

describe('the first administrator', () => {
  it('is not marked when the settings name the password', async () => {
    expect(await flagOf(tidings.api)).toBe(false);
  });

  it('is marked when the password was printed', async () => {
    const worker = await startTidings({ ADMIN_EMAIL: '', ADMIN_PASSWORD: '', ROLE: 'worker' });
    try {
      const made = await worker.app.get(FirstAdministrator).make({ embedded: true });
      expect(made?.password).toMatch(/^[\w-]{24}$/);
      const users = await worker.app.get(Database).query('SELECT must_change_password AS marked FROM users');
      expect(users).toEqual([{ marked: true }]);
    } finally {
      await worker.stop();
    }
  });
});
