import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api, signUp } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { BrowserSession } from '../support/browser-session.js';
import { TestSocket } from '../support/socket.js';

let tidings: RunningTidings;
let admin: Api;

beforeAll(async () => {
  tidings = await startTidings();
  admin = tidings.api;
});
afterAll(() => tidings?.stop());

async function newUser(email: string): Promise<{ browser: BrowserSession; password: string }> {
  await signUp(admin, email);
  const browser = new BrowserSession(tidings.url);
  const password = `password of ${email}`;
  await browser.logIn(email, password);
  return { browser, password };
}

const logInStatus = async (email: string, password: string): Promise<number> =>
  (await new Api(tidings.url).post('/v1/auth/login', { email, password })).status;

describe('changing one’s own password', () => {
  it('makes only the new one valid, and ends every session but the current one', async () => {
    const email = 'changes@example.com';
    const { browser, password } = await newUser(email);
    const other = new BrowserSession(tidings.url);
    await other.logIn(email, password);
    const [own, others] = await Promise.all(
      [browser, other].map(({ api }) => TestSocket.connect(tidings.url, api.token)),
    );
    const answer = await browser.api.post('/v1/me/password', { current: password, new: 'an entirely new one' });
    expect(answer.status).toBe(204);
    expect((await others?.waitForClose(1_000))?.code).toBe(4001);
    expect((await other.refresh()).status).toBe(401);
    expect((await other.api.get('/v1/me')).status).toBe(401);
    expect((await browser.api.get('/v1/me')).status).toBe(200);
    expect((await browser.refresh()).status).toBe(200);
    expect(own?.closed).toBeUndefined();
    expect(await logInStatus(email, password)).toBe(401);
    expect(await logInStatus(email, 'an entirely new one')).toBe(200);
    own?.cut();
  });

  it('leaves no session to a concurrent login with the old password', async () => {
    const email = 'races@example.com';
    const { browser, password } = await newUser(email);
    const rivals = Array.from({ length: 4 }, () => new BrowserSession(tidings.url));
    const [changed] = await Promise.all([
      browser.api.post('/v1/me/password', { current: password, new: 'an entirely new one' }),
      ...rivals.map((rival) => rival.logIn(email, password).catch(() => undefined)),
    ]);
    expect(changed.status).toBe(204);
    for (const { api } of rivals) expect((await api.get('/v1/me')).status).toBe(401);
    expect((await browser.api.get('/v1/me')).status).toBe(200);
  });

  it.each([
    ['the wrong current one', { current: 'not the password', new: 'an entirely new one' }, 'auth.wrong-password'],
    ['a short new one', { current: '', new: '11character' }, 'request.invalid'],
  ])('is rejected with %s and ends no session', async (what, body, code) => {
    const { browser } = await newUser(`${what.replaceAll(' ', '-')}@example.com`);
    expect((await browser.api.post('/v1/me/password', body)).body['code']).toBe(code);
    expect((await browser.refresh()).status).toBe(200);
  });

  it('is throttled, so that a stolen token cannot guess the password', async () => {
    const { browser, password } = await newUser('guessed@example.com');
    const guess = (current: string) => browser.api.post('/v1/me/password', { current, new: 'an entirely new one' });
    const answers: number[] = [];
    for (let i = 0; i < 12; i++) answers.push((await guess('not the password')).status);
    expect(answers.at(-1)).toBe(429);
    expect((await guess(password)).status).toBe(429);
  });

  it('is not possible with an API key', async () => {
    const { body } = await admin.post<{ key: string }>('/v1/api-keys', { name: 'x', scopes: ['audit:read'] });
    const key = Object.assign(new Api(tidings.url), { token: body.key });
    const answer = await key.post('/v1/me/password', { current: 'x', new: 'an entirely new one' });
    expect(answer).toMatchObject({ status: 403, body: { code: 'auth.person-required' } });
  });
});
