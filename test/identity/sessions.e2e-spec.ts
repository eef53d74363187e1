import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/platform/database/database.js';
import { Api, signUp } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { BrowserSession } from '../support/browser-session.js';
import { TestSocket } from '../support/socket.js';

const EMAIL = 'ada@example.com';
const PASSWORD = `password of ${EMAIL}`;

let tidings: RunningTidings;
let database: Database;

beforeAll(async () => {
  tidings = await startTidings();
  database = tidings.app.get(Database);
  await signUp(tidings.api, EMAIL);
});
afterAll(() => tidings?.stop());

async function logIn(agent?: string): Promise<BrowserSession> {
  const browser = new BrowserSession(tidings.url, agent);
  await browser.logIn(EMAIL, PASSWORD);
  return browser;
}

const codeOf = async (response: Response): Promise<unknown> =>
  ((await response.json()) as { code?: string }).code ?? response.status;

const isAlive = async (api: Api): Promise<boolean> => (await api.get('/v1/me')).status === 200;

const graceIsOver = (browser: BrowserSession) =>
  database.query(`UPDATE refresh_tokens SET used_at = used_at - interval '11 s' WHERE session_id = $1`, [browser.id]);

describe('a refresh', () => {
  it('returns a new access token of the same session and a new cookie', async () => {
    const browser = await logIn();
    const { cookie, id } = browser;
    const { token } = browser.api;
    const response = await browser.refresh();
    expect(response.status).toBe(200);
    expect(response.headers.get('set-cookie')).toMatch(
      /^tidings_refresh=[\w-]{43}; Path=\/v1\/auth; Max-Age=604\d{3}; HttpOnly; SameSite=Strict$/,
    );
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(browser.cookie).not.toBe(cookie);
    expect(browser.api.token).not.toBe(token);
    expect(browser.id).toBe(id);
    expect(await isAlive(browser.api)).toBe(true);
  });

  it.each([
    ['no cookie', undefined],
    ['an unknown cookie', `tidings_refresh=${'A'.repeat(43)}`],
    ['something that is no token', 'tidings_refresh=%00'],
  ])('is rejected with %s', async (_what, cookie) => {
    const response = await Object.assign(new BrowserSession(tidings.url), { cookie }).refresh();
    expect({ status: response.status, code: await codeOf(response) }).toEqual({
      status: 401,
      code: 'auth.session-ended',
    });
  });

  it('is rejected from pages of other origins, without using up the token', async () => {
    const browser = await logIn();
    for (const origin of ['https://evil.example', 'null', `${tidings.url}.evil.example`]) {
      const response = await browser.refresh({ origin });
      expect({ status: response.status, code: await codeOf(response) }).toEqual({
        status: 403,
        code: 'request.foreign-origin',
      });
    }
    expect((await browser.refresh({ origin: tidings.url })).status).toBe(200);
  });

  it('stores only hashes of tokens in the database', async () => {
    const browser = await logIn();
    const secret = browser.cookie?.split('=')[1] ?? '';
    const rows = await database.query<{ row: string }>('SELECT refresh_tokens::text AS row FROM refresh_tokens');
    expect(rows.length).toBeGreaterThan(0);
    const stored = rows.map(({ row }) => row).join();
    expect(stored).not.toContain(secret);
    expect(stored).not.toContain(Buffer.from(secret).toString('hex'));
  });

  it('is rejected after a week without use and after a month in use', async () => {
    const idle = await logIn();
    await database.query(`UPDATE sessions SET expires_at = now() WHERE id = $1`, [idle.id]);
    expect((await idle.refresh()).status).toBe(401);
    const old = await logIn();
    await database.query(
      `UPDATE sessions SET created_at = now() - interval '30 days' + interval '1 min' WHERE id = $1`,
      [old.id],
    );
    const response = await old.refresh();
    expect(await response.json()).toMatchObject({ expiresIn: expect.any(Number) });
    const [session] = await database.query<{ left: number }>(
      'SELECT extract(epoch FROM expires_at - now())::float AS left FROM sessions WHERE id = $1',
      [old.id],
    );
    expect(session?.left).toBeLessThanOrEqual(60);
    expect(response.headers.get('set-cookie')).toMatch(/Max-Age=(?:[1-5]?\d|60);/);
  });

  it('is rejected for a disabled user', async () => {
    const user = await signUp(tidings.api, 'soon-disabled@example.com');
    const browser = new BrowserSession(tidings.url);
    await browser.logIn('soon-disabled@example.com', 'password of soon-disabled@example.com');
    await tidings.api.patch(`/v1/users/${user.userId}`, { disabled: true });
    expect(await codeOf(await browser.refresh())).toBe('auth.user-disabled');
  });
});

describe('a reused refresh token', () => {
  it.each(['from another browser at once', 'from the same browser, but later'])(
    'ends its session 100 times of 100 %s: no token works, and its socket is closed within a second',
    async (how) => {
      for (let round = 0; round < 100; round++) {
        const browser = await logIn();
        const socket = await TestSocket.connect(tidings.url, browser.api.token);
        const first = browser.stolen();
        const { token } = browser.api;
        expect((await browser.refresh()).status).toBe(200);
        if (how.includes('later')) await graceIsOver(browser);
        const abuser = how.includes('later') ? Object.assign(browser.stolen(), { cookie: first.cookie }) : first;
        const abuse = await abuser.refresh(how.includes('later') ? { 'user-agent': browser.agent } : {});
        const answered = Date.now();
        expect(await codeOf(abuse)).toBe('auth.session-ended');
        expect((await socket.waitForClose(1_000)).code).toBe(4001);
        expect(Date.now() - answered).toBeLessThan(1_000);
        expect(socket.ofType('error').at(-1)?.payload['code']).toBe('auth.session-ended');
        expect((await browser.refresh()).status).toBe(401);
        expect(await isAlive(browser.api)).toBe(false);
        expect(await isAlive(Object.assign(new Api(tidings.url), { token }))).toBe(false);
      }
    },
    120_000,
  );

  it('does not affect the other sessions of its user', async () => {
    const [abused, other] = [await logIn(), await logIn()];
    const socket = await TestSocket.connect(tidings.url, other.api.token);
    const thief = abused.stolen();
    await abused.refresh();
    await thief.refresh();
    await socket.waitFor(({ type }) => type === 'permissions:updated', 'that the rights were looked at again');
    expect(socket.closed).toBeUndefined();
    expect(await isAlive(other.api)).toBe(true);
    socket.cut();
  });

  it('is detected also when a concurrent tab had received it', async () => {
    const browser = await logIn();
    const tab = Object.assign(new BrowserSession(tidings.url, browser.agent), { cookie: browser.cookie });
    await Promise.all([browser.refresh(), tab.refresh()]);
    const twin = tab.stolen();
    expect((await browser.refresh()).status).toBe(200);
    expect((await twin.refresh()).status).toBe(401);
    expect((await browser.refresh()).status).toBe(401);
  });

  it('is tolerated for two and three tabs that refresh concurrently, 100 times of 100', async () => {
    const browser = await logIn();
    for (let round = 0; round < 100; round++) {
      const tabs = Array.from({ length: 2 + (round % 2) }, () =>
        Object.assign(new BrowserSession(tidings.url, browser.agent), { cookie: browser.cookie }),
      );
      const answers = await Promise.all(tabs.map((tab) => tab.refresh()));
      expect(answers.map(({ status }) => status)).toEqual(tabs.map(() => 200));
      const works = await Promise.all(tabs.map((tab) => isAlive(tab.api)));
      expect(works).toEqual(tabs.map(() => true));
      // Any of the responses may be the last one that the browser received.
      browser.cookie = tabs[round % tabs.length]?.cookie;
    }
    expect((await browser.refresh()).status).toBe(200);
  }, 60_000);
});

describe('a logout', () => {
  it('ends this session and its socket only', async () => {
    const [leaving, staying] = [await logIn(), await logIn()];
    const socket = await TestSocket.connect(tidings.url, leaving.api.token);
    const ticket = await leaving.api.post<{ ticket: string }>('/v1/realtime/tickets');
    const response = await leaving.call('logout');
    expect(response.status).toBe(204);
    expect(response.headers.get('set-cookie')).toMatch(/^tidings_refresh=;.*Max-Age=0/);
    expect((await socket.waitForClose(1_000)).code).toBe(4001);
    expect(await leaving.api.get('/v1/me')).toMatchObject({ status: 401, body: { code: 'auth.session-ended' } });
    const late = await TestSocket.open(tidings.url, { token: ticket.body.ticket, via: 'ticket' });
    expect((await late.waitForClose()).code).toBe(4001);
    expect(await isAlive(staying.api)).toBe(true);
  });

  it('ends the session of the access token when there is no cookie', async () => {
    const { api } = await logIn();
    expect((await api.post('/v1/auth/logout')).status).toBe(204);
    expect(await isAlive(api)).toBe(false);
  });

  it('fails when the request identifies no session', async () => {
    expect((await new Api(tidings.url).post('/v1/auth/logout')).status).toBe(401);
  });

  it('everywhere ends all sessions of the user and their sockets, and no session of another user', async () => {
    const [one, other] = [await logIn(), await logIn()];
    const sockets = await Promise.all([one, other].map(({ api }) => TestSocket.connect(tidings.url, api.token)));
    const bystander = await TestSocket.connect(tidings.url, tidings.api.token);
    expect((await one.api.post('/v1/auth/logout-everywhere')).status).toBe(204);
    for (const socket of sockets) expect((await socket.waitForClose(1_000)).code).toBe(4001);
    expect([await isAlive(one.api), await isAlive(other.api)]).toEqual([false, false]);
    expect((await other.refresh()).status).toBe(401);
    expect(bystander.closed).toBeUndefined();
    bystander.cut();
  });
});

describe('a socket', () => {
  it('is not renewed with a token of an ended session', async () => {
    const [one, other] = [await logIn(), await logIn()];
    const socket = await TestSocket.connect(tidings.url, one.api.token);
    await other.call('logout');
    const answer = await socket.ask('auth:refresh', { token: other.api.token });
    expect(answer).toMatchObject({ type: 'error', payload: { code: 'auth.session-ended' } });
    socket.cut();
  });

  it('is closed with the session that it was last renewed with', async () => {
    const [first, second] = [await logIn(), await logIn()];
    const socket = await TestSocket.connect(tidings.url, first.api.token);
    expect((await socket.ask('auth:refresh', { token: second.api.token })).type).toBe('auth:refreshed');
    await first.call('logout');
    await socket.waitFor(({ type }) => type === 'permissions:updated', 'that the rights were looked at again');
    expect(socket.closed).toBeUndefined();
    await second.call('logout');
    expect((await socket.waitForClose(1_000)).code).toBe(4001);
  });
});
