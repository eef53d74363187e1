import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { SendMails } from '../../../src/features/notifications/mail/send-mails.js';
import { Database } from '../../../src/platform/database/database.js';
import { signUp, type Api, type Schemas } from '../../support/api.js';
import { startTidings, type RunningTidings } from '../../support/app.js';
import { createTestDatabase } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';
import { decodedWords, startMailServer, type MailServer, type ReceivedMail } from '../../support/mail-server.js';
import { note } from '../../support/notices.js';

const PREFERENCES = '/v1/notification-preferences';

interface Member extends Api {
  address: string;
}

let mailServer: MailServer;
let tidings: RunningTidings;
let other: RunningTidings;

beforeAll(async () => {
  mailServer = await startMailServer();
  const settings = { SMTP_URL: mailServer.url, SMTP_FROM: 'Tidings <tidings@example.com>' };
  tidings = await startTidings(settings);
  other = await startTidings({
    ...settings,
    DATABASE_URL: tidings.databaseUrl,
    ROLE: 'worker',
    PUBLIC_URL: tidings.url,
  });
});
afterAll(async () => {
  await other?.stop();
  await tidings?.stop();
  await mailServer?.close();
});
beforeEach(() => {
  mailServer.answer = () => 250;
  mailServer.beforeAccept = async () => undefined;
});
afterEach(() => query('DELETE FROM notification_mails'));

const query = (sql: string, values: unknown[] = []) => tidings.app.get(Database).query<{ count: number }>(sql, values);

/** A member of the workspace who chose e-mail. */
async function member(email: string): Promise<Member> {
  const address = `${randomUUID()}@example.com`;
  const user = await signUp(tidings.api, address);
  await tidings.api.put(`/v1/workspaces/${tidings.workspaceId}/members/${user.userId}`, { role: 'member' });
  const chosen = await user.put(`${PREFERENCES}/test.noted`, { inApp: true, push: false, email });
  expect(chosen.status).toBe(200);
  return Object.assign(user, { address });
}

const tell = (user: Api, title: string) => note(tidings.app, tidings.workspaceId, { to: [user.userId], title });

async function waiting(user: Api): Promise<number> {
  const [row] = await query('SELECT count(*)::int AS count FROM notification_mails WHERE user_id = $1', [user.userId]);
  return row?.count ?? 0;
}
const planned = (user: Api, count: number) =>
  eventually(`${count} notifications wait`, async () => (await waiting(user)) === count);
const makeDue = (user: Api) => query('UPDATE notification_mails SET due_at = now() WHERE user_id = $1', [user.userId]);
/** Two workers send at the same time. */
const sweep = () => Promise.all([tidings, other].map(({ app }) => app.get(SendMails).sweep()));

const mailsTo = ({ address }: Member): ReceivedMail[] =>
  mailServer.received.filter(({ recipients }) => recipients.includes(address));
const gotOne = (user: Member): Promise<ReceivedMail> => eventually('the mail came', () => mailsTo(user)[0], 15_000);
const settled = (user: Api) => eventually('nothing waits', async () => (await waiting(user)) === 0, 15_000);
const subjectOf = ({ headers }: ReceivedMail) =>
  decodedWords(headers.find((line) => line.startsWith('Subject: '))?.slice(9) ?? '');

describe('a notification by e-mail', () => {
  it('comes at once to a user who chose that, with its text, its link and the way to the preferences', async () => {
    const [anna, ben] = [await member('immediately'), await member('off')];
    await note(tidings.app, tidings.workspaceId, { title: 'A pull request', to: [anna.userId, ben.userId] });
    const mail = await gotOne(anna);
    expect(mail).toMatchObject({ from: 'tidings@example.com', recipients: [anna.address] });
    expect(mail.headers).toEqual(
      expect.arrayContaining([
        'From: Tidings <tidings@example.com>',
        `To: ${anna.address}`,
        'Subject: A pull request',
        'Auto-Submitted: auto-generated',
      ]),
    );
    expect(mail.content).toContain(
      `A pull request\r\nThe body of A pull request\r\n${tidings.url}/noted/A pull request\r\n`,
    );
    expect(mail.content).toContain(`Choose otherwise:\r\n${tidings.url}/notification-preferences`);
    await settled(anna);
    expect(mailsTo(ben)).toEqual([]);
  });

  it('cannot be given headers, recipients or HTML by the title of an event', async () => {
    const anna = await member('immediately');
    await tell(anna, 'x\r\nBcc: evil@example.com\r\n\r\n<img src=x onerror="alert(1)">\u2028&');
    const mail = await gotOne(anna);
    expect(mail.recipients).toEqual([anna.address]);
    expect(mail.headers.filter((line) => /^bcc/i.test(line))).toEqual([]);
    expect(subjectOf(mail)).toBe('x Bcc: evil@example.com <img src=x onerror="alert(1)"> &');
    const html = mail.content.slice(mail.content.indexOf('text/html'));
    expect(html).not.toContain('<img');
    expect(html).toContain('&lt;img src=x onerror=&quot;alert(1)&quot;&gt; &amp;</a>');
  });

  it.each(['hourly', 'daily'])('comes as one %s mail with what came until then', async (email) => {
    const anna = await member(email);
    for (const title of ['one', 'two', 'three']) await tell(anna, title);
    await planned(anna, 3);
    await sweep();
    expect(mailsTo(anna)).toEqual([]);
    const [row] = await query(
      `SELECT count(DISTINCT due_at)::int AS count FROM notification_mails
       WHERE user_id = $1 AND due_at > now() + interval '59 minutes'`,
      [anna.userId],
    );
    expect(row?.count).toBe(1);
    await makeDue(anna);
    await sweep();
    await settled(anna);
    expect(mailsTo(anna)).toHaveLength(1);
    const [mail] = mailsTo(anna);
    if (mail === undefined) throw new Error('No mail came.');
    expect(subjectOf(mail)).toBe('3 notifications');
    for (const title of ['one', 'two', 'three']) expect(mail.content).toContain(`The body of ${title}`);
  });

  it('waits until the quiet hours of its user end, or are deleted', async () => {
    const anna = await member('immediately');
    const hours = { timeZone: 'UTC', from: clock(-60), until: clock(60) };
    await anna.put(`${PREFERENCES}/quiet-hours`, hours);
    await tell(anna, 'at night');
    await planned(anna, 1);
    await sweep();
    await eventually(
      'it waits for the end',
      async () => {
        const late = `SELECT count(*)::int AS count FROM notification_mails
        WHERE user_id = $1 AND attempts = 0 AND due_at > now() + interval '50 minutes'`;
        return (await query(late, [anna.userId]))[0]?.count === 1;
      },
      15_000,
    );
    expect(mailsTo(anna)).toEqual([]);
    await anna.delete(`${PREFERENCES}/quiet-hours`);
    expect(subjectOf(await gotOne(anna))).toBe('at night');
  });

  it('does not come when it was read in the app, or switched off, before', async () => {
    const anna = await member('hourly');
    for (const title of ['read', 'unread']) await tell(anna, title);
    await planned(anna, 2);
    const { body } = await anna.get<{ items: { id: string; title: string }[] }>('/v1/notifications');
    await anna.post(`/v1/notifications/${body.items.find(({ title }) => title === 'read')?.id}/read`);
    expect(await waiting(anna)).toBe(1);
    await anna.put(`${PREFERENCES}/test.noted`, { inApp: true, push: false });
    expect(await waiting(anna)).toBe(1);
    await anna.put(`${PREFERENCES}/test.noted`, { inApp: true, push: false, email: 'off' });
    expect(await waiting(anna)).toBe(0);
  });

  it('does not come to a disabled user, nor to one who may no longer see it', async () => {
    const [disabled, removed, anna] = [await member('hourly'), await member('hourly'), await member('hourly')];
    for (const user of [disabled, removed, anna]) {
      await tell(user, 'secret');
      await planned(user, 1);
    }
    await tidings.api.patch(`/v1/users/${disabled.userId}`, { disabled: true });
    await tidings.api.delete(`/v1/workspaces/${tidings.workspaceId}/members/${removed.userId}`);
    for (const user of [disabled, removed, anna]) await makeDue(user);
    await sweep();
    for (const user of [disabled, removed, anna]) await settled(user);
    expect([disabled, removed, anna].map((user) => mailsTo(user).length)).toEqual([0, 0, 1]);
  });

  it('is sent again after a temporary refusal, and given up after a final one', async () => {
    const anna = await member('immediately');
    mailServer.answer = () => 451;
    await tell(anna, 'later');
    await eventually(
      'the failure is recorded',
      async () => {
        const failed = `SELECT count(*)::int AS count FROM notification_mails
        WHERE user_id = $1 AND attempts = 1 AND due_at BETWEEN now() AND now() + interval '20 seconds'`;
        return (await query(failed, [anna.userId]))[0]?.count === 1;
      },
      15_000,
    );
    mailServer.answer = () => 250;
    await makeDue(anna);
    await sweep();
    await settled(anna);
    expect(mailsTo(anna).map(subjectOf)).toEqual(['later']);
    mailServer.answer = () => 550;
    await tell(anna, 'never');
    await planned(anna, 1);
    await settled(anna);
    expect(mailsTo(anna)).toHaveLength(1);
  });

  it('is sent by another worker when the first one crashed, and by one worker only before', async () => {
    const anna = await member('hourly');
    await tell(anna, 'leased');
    await planned(anna, 1);
    // The claim of a worker that crashed.
    const claim = `UPDATE notification_mails SET attempts = 1, due_at = now() + make_interval(secs => $2) WHERE user_id = $1`;
    await query(claim, [anna.userId, 180]);
    await sweep();
    expect(mailsTo(anna)).toEqual([]);
    await query(claim, [anna.userId, 0]);
    await sweep();
    await settled(anna);
    expect(mailsTo(anna)).toHaveLength(1);
  });

  it('is given up when it is older than three days', async () => {
    const anna = await member('hourly');
    await tell(anna, 'old');
    await planned(anna, 1);
    await query(`UPDATE notifications SET created_at = now() - interval '73 hours' WHERE user_id = $1`, [anna.userId]);
    await makeDue(anna);
    await sweep();
    await settled(anna);
    expect(mailsTo(anna)).toEqual([]);
  });

  it('is aborted when the rights of its user change while it is sent', async () => {
    const anna = await member('hourly');
    await tell(anna, 'in flight');
    await planned(anna, 1);
    const inFlight = new Promise<() => void>((started) => {
      mailServer.beforeAccept = () => new Promise<void>((accept) => started(accept));
    });
    await makeDue(anna);
    const sent = sweep();
    const accept = await inFlight;
    const membership = `/v1/workspaces/${tidings.workspaceId}/members/${anna.userId}`;
    expect((await tidings.api.delete(membership)).status).toBe(204);
    await sent;
    const [failed] = await query('SELECT attempts AS count FROM notification_mails WHERE user_id = $1', [anna.userId]);
    expect(failed?.count).toBe(1);
    accept();
    await makeDue(anna);
    await sweep();
    await settled(anna);
    expect(mailsTo(anna).length).toBeLessThanOrEqual(1);
  });
});

describe('a worker that stops', () => {
  it('waits a few seconds for a mail that hangs, and leaves it to another worker', async () => {
    const database = await createTestDatabase();
    const settings = { SMTP_URL: mailServer.url, SMTP_FROM: 'tidings@example.com', DATABASE_URL: database.url };
    const stopping = await startTidings(settings);
    await stopping.api.put(`${PREFERENCES}/test.noted`, { inApp: true, push: false, email: 'immediately' });
    const hanging = new Promise<void>((started) => {
      mailServer.beforeAccept = () => new Promise<void>(() => started());
    });
    await note(stopping.app, stopping.workspaceId, { title: 'hanging', to: [stopping.api.userId] });
    await hanging;
    const begin = performance.now();
    await stopping.stop();
    expect(performance.now() - begin).toBeLessThan(12_000);
    mailServer.beforeAccept = async () => undefined;
    const next = await startTidings(settings);
    await next.app.get(Database).query('UPDATE notification_mails SET due_at = now()');
    const isItsMail = (mail: ReceivedMail) => subjectOf(mail) === 'hanging';
    await eventually('the mail came', () => mailServer.received.some(isItsMail), 15_000);
    await next.stop();
    await database.drop();
  }, 60_000);
});

describe('without a mail server', () => {
  it('e-mail is neither offered nor accepted as a choice', async () => {
    const silent = await startTidings({ DATABASE_URL: tidings.databaseUrl, ROLE: 'api' });
    const { body } = await silent.api.get<Schemas['NotificationPreferences']>(PREFERENCES);
    expect(body.emailOffered).toBe(false);
    const choose = (email: string) => silent.api.put(`${PREFERENCES}/test.noted`, { inApp: true, push: true, email });
    expect(await choose('daily')).toMatchObject({ status: 409, body: { code: 'notification.email-not-offered' } });
    expect(await choose('off')).toMatchObject({ status: 200 });
    await silent.stop();
    expect((await tidings.api.get(PREFERENCES)).body).toMatchObject({ emailOffered: true });
    const yearly = { inApp: true, push: true, email: 'yearly' };
    expect((await tidings.api.put(`${PREFERENCES}/test.noted`, yearly)).status).toBe(400);
  });
});

/** The time of day in UTC, some minutes from now. */
const clock = (minutes: number): string => new Date(Date.now() + minutes * 60_000).toISOString().slice(11, 16);
