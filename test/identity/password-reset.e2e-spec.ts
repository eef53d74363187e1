import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/platform/database/database.js';
import { Api, signUp } from '../support/api.js';
import { ADMIN, startTidings, type RunningTidings } from '../support/app.js';
import { BrowserSession } from '../support/browser-session.js';
import { eventually } from '../support/eventually.js';
import { TestIssuer } from '../support/issuer.js';
import { tokenIn } from '../support/linked-token.js';
import { startMailServer, type MailServer, type ReceivedMail } from '../support/mail-server.js';
import { RowLock } from '../support/row-lock.js';
import { TestSocket } from '../support/socket.js';

const NEXT = 'an entirely new pass phrase';

let issuer: TestIssuer;
let mails: MailServer;
/** With a mail server. */
let tidings: RunningTidings;
/** Without one. */
let mute: RunningTidings;

beforeAll(async () => {
  [issuer, mails] = await Promise.all([new TestIssuer().start(), startMailServer()]);
  tidings = await startTidings({
    SMTP_URL: mails.url,
    SMTP_FROM: 'Tidings <tidings@example.com>',
    OIDC_ISSUERS: `${issuer.url}|tidings-clients`,
  });
  mute = await startTidings();
});
afterAll(async () => {
  await Promise.all([tidings?.stop(), mute?.stop()]);
  await Promise.all([issuer?.stop(), mails?.close()]);
});

const visitor = () => new Api(tidings.url);
const request = (email: string) => visitor().post('/v1/password-resets', { email });
const mailTo = (email: string): Promise<ReceivedMail> =>
  eventually(`a mail is sent to ${email}`, () => mails.received.find(({ recipients }) => recipients.includes(email)));
const mailsTo = (email: string) => mails.received.filter(({ recipients }) => recipients.includes(email));
const complete = (token: string, password = NEXT, url = tidings.url) =>
  new Api(url).post('/v1/password-resets/complete', { token, password });
const logInStatus = async (email: string, password: string): Promise<number> =>
  (await visitor().post('/v1/auth/login', { email, password })).status;

describe('a forgotten password', () => {
  it('is replaced by a link in a mail, and all sessions and sockets of the user end', async () => {
    const email = 'forgets@example.com';
    await signUp(tidings.api, email);
    const browser = new BrowserSession(tidings.url);
    await browser.logIn(email, `password of ${email}`);
    const socket = await TestSocket.connect(tidings.url, browser.api.token);
    const answer = await request(email.toUpperCase());
    expect([answer.status, answer.body]).toEqual([202, '']);
    const { content } = await mailTo(email);
    expect(content).toContain(`${tidings.url}/reset-password#`);
    expect((await complete(tokenIn(content))).status).toBe(204);
    expect((await socket.waitForClose(1_000)).code).toBe(4001);
    expect((await browser.refresh()).status).toBe(401);
    expect(await logInStatus(email, `password of ${email}`)).toBe(401);
    expect(await logInStatus(email, NEXT)).toBe(200);
    const { body } = await tidings.api.get<{ items: object[] }>('/v1/audit?action=user.password-reset');
    expect(body.items[0]).toMatchObject({ actorId: null, after: { byMail: true } });
  });

  it('answers before it looks for the user, and the same for an unknown address', async () => {
    const email = 'locked@example.com';
    const { userId } = await signUp(tidings.api, email);
    const lock = new RowLock(tidings.databaseUrl);
    await lock.lock('SELECT FROM users WHERE id = $1 FOR UPDATE', userId);
    try {
      const [known, unknown] = [await request(email), await request('unknown@example.com')];
      expect([known.status, known.body]).toEqual([202, '']);
      expect([unknown.status, unknown.body]).toEqual([202, '']);
    } finally {
      await lock.release();
    }
    await mailTo(email);
    expect(mails.received.some(({ recipients }) => recipients.includes('unknown@example.com'))).toBe(false);
  });

  it('gets no link for a disabled user, nor for one who signs in at an issuer', async () => {
    const { userId } = await signUp(tidings.api, 'disabled@example.com');
    await tidings.api.patch(`/v1/users/${userId}`, { disabled: true });
    const claims = { email: 'foreign@example.com', email_verified: true };
    const foreign = Object.assign(visitor(), { token: issuer.token('foreign', { claims }) });
    expect((await foreign.get('/v1/me')).status).toBe(200);
    for (const email of ['disabled@example.com', 'foreign@example.com', ADMIN.email]) await request(email);
    // The administrator's was requested last.
    await mailTo(ADMIN.email);
    const mailed = mails.received.flatMap(({ recipients }) => recipients);
    expect(mailed).not.toContain('disabled@example.com');
    expect(mailed).not.toContain('foreign@example.com');
  });

  it('is mailed to one address three times in 15 minutes at most, and the response does not tell', async () => {
    const email = 'flooded@example.com';
    await signUp(tidings.api, email);
    for (let i = 0; i < 5; i++) expect((await request(email)).status).toBe(202);
    await signUp(tidings.api, 'after@example.com');
    await request('after@example.com');
    await mailTo('after@example.com');
    await eventually('three mails are sent', () => mailsTo(email).length >= 3);
    // A fourth mail would be sent before this one is.
    await request('after@example.com');
    await eventually('the last mail is sent', () => mailsTo('after@example.com').length === 2);
    expect(mailsTo(email)).toHaveLength(3);
  });

  it('is refused to a network that requests too many', async () => {
    const statuses = new Set<number>();
    for (let i = 0; i < 25; i++) {
      const { status, headers, body } = await new Api(mute.url).post('/v1/password-resets', {
        email: `${i}@example.com`,
      });
      statuses.add(status);
      if (status !== 429) continue;
      expect(body['code']).toBe('password-reset.too-many');
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect([...statuses]).toEqual([202, 429]);
  });
});

describe('a link to set a new password', () => {
  /** Makes a link as the administrator of the service without a mail server. */
  async function link(email: string): Promise<{ userId: string; token: string }> {
    const { userId } = await signUp(mute.api, email);
    const { status, body } = await mute.api.post('/v1/password-resets', { userId });
    expect([status, body['mailed']]).toEqual([201, false]);
    return { userId, token: tokenIn(body['url']) };
  }

  it('is shown to the administrator when no mail can be sent, and mailed otherwise', async () => {
    const { userId } = await signUp(tidings.api, 'mailed@example.com');
    const { status, body } = await tidings.api.post('/v1/password-resets', { userId });
    expect([status, body['mailed'], body['url']]).toEqual([201, true, undefined]);
    tokenIn((await mailTo('mailed@example.com')).content);
    mails.answer = () => 550;
    const refused = await tidings.api.post('/v1/password-resets', { userId });
    mails.answer = () => 250;
    expect([refused.status, refused.body['mailed']]).toEqual([201, false]);
    tokenIn(refused.body['url']);
  });

  it('is made by administrators only, for users with a password', async () => {
    const user = await signUp(mute.api, 'no-admin@example.com');
    const body = { userId: user.userId };
    const codes = async (api: Api, wanted: object) => {
      const answer = await api.post('/v1/password-resets', wanted);
      return [answer.status, answer.body['code']];
    };
    expect(await codes(user, body)).toEqual([403, 'auth.admin-required']);
    expect(await codes(new Api(mute.url), body)).toEqual([401, 'auth.invalid-token']);
    expect(await codes(mute.api, { userId: '01890a5d-ac96-774b-bcce-b302099a8057' })).toEqual([404, 'user.not-found']);
    expect(await codes(mute.api, { ...body, email: 'no-admin@example.com' })).toEqual([400, 'request.invalid']);
    await mute.api.patch(`/v1/users/${user.userId}`, { disabled: true });
    expect(await codes(mute.api, body)).toEqual([403, 'auth.user-disabled']);
    const foreign = Object.assign(visitor(), { token: issuer.token('no-password') });
    const me = await foreign.get<{ user: { id: string } }>('/v1/me');
    expect(await codes(tidings.api, { userId: me.body.user.id })).toEqual([409, 'user.no-password']);
  });

  it('works once, also when it is used twice at the same time', async () => {
    const { token } = await link('once@example.com');
    const answers = await Promise.all([1, 2, 3].map((n) => complete(token, `${NEXT} ${n}`, mute.url)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 404, 404]);
    expect((await complete(token, NEXT, mute.url)).body['code']).toBe('password-reset.invalid');
  });

  it('is void after an hour, after a change of the password, and for a user who was disabled meanwhile', async () => {
    const { userId, token: expired } = await link('expired@example.com');
    await mute.app.get(Database).query('UPDATE password_resets SET expires_at = now() WHERE user_id = $1', [userId]);
    expect((await complete(expired, NEXT, mute.url)).status).toBe(404);
    const { token: replaced } = await link('changed@example.com');
    const own = new Api(mute.url);
    await own.logIn('changed@example.com', 'password of changed@example.com');
    await own.post('/v1/me/password', { current: 'password of changed@example.com', new: NEXT });
    expect((await complete(replaced, NEXT, mute.url)).status).toBe(404);
    const { userId: disabledId, token } = await link('later-disabled@example.com');
    await mute.api.patch(`/v1/users/${disabledId}`, { disabled: true });
    expect((await complete(token, NEXT, mute.url)).status).toBe(404);
    await mute.api.patch(`/v1/users/${disabledId}`, { disabled: false });
    expect((await complete(token, NEXT, mute.url)).status).toBe(404);
  });

  it('is stored as a hash, and takes a password that is long enough', async () => {
    const { token } = await link('hashed@example.com');
    const [row] = await mute.app.get(Database).query<{ found: boolean }>(
      `SELECT EXISTS (SELECT FROM password_resets WHERE token_hash::text LIKE '%' || $1 || '%'
         OR encode(token_hash, 'escape') LIKE '%' || $1 || '%') AS found`,
      [token],
    );
    expect(row?.found).toBe(false);
    expect((await complete(token, 'too short', mute.url)).status).toBe(400);
    expect((await complete('', NEXT, mute.url)).status).toBe(404);
    expect((await complete(token, NEXT, mute.url)).status).toBe(204);
  });
});
