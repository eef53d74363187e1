import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { SendPushes } from '../../../src/features/notifications/push/send-pushes.js';
import { SweepPushes } from '../../../src/features/notifications/push/sweep-pushes.js';
import { Database } from '../../../src/platform/database/database.js';
import { OutboundRequests } from '../../../src/platform/http/outbound/outbound-requests.js';
import { signUp, type Api } from '../../support/api.js';
import { startTidings, type RunningTidings } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';
import { note } from '../../support/notices.js';
import { PushBrowser, PushEndpoint, vapidClaims } from '../../support/push.js';
import { TestSocket } from '../../support/socket.js';

let tidings: RunningTidings;
let database: Database;
let service: PushEndpoint;
let ws: string;

beforeAll(async () => {
  service = await PushEndpoint.start();
  tidings = await startTidings({
    OUTBOUND_TO_LOOPBACK: 'true',
    PUSH_DELAY_SECONDS: '0',
    PRESENCE_GRACE_SECONDS: '0',
  });
  database = tidings.app.get(Database);
  ws = tidings.workspaceId;
});
afterAll(async () => {
  await tidings?.stop();
  await service?.stop();
});
afterEach(() => {
  service.answer = () => ({ status: 201 });
});

async function member(): Promise<Api> {
  const user = await signUp(tidings.api, `${randomUUID()}@example.com`);
  await tidings.api.put(`/v1/workspaces/${ws}/members/${user.userId}`, { role: 'member' });
  return user;
}

async function subscribed(user: Api): Promise<PushBrowser> {
  const browser = new PushBrowser(service.url);
  expect((await user.post('/v1/push-subscriptions', browser.subscription)).status).toBe(201);
  return browser;
}

const notify = (user: Api, title: string) => note(tidings.app, ws, { to: [user.userId], title });

/** How many pushes of this user are pending. */
async function pending(user: Api): Promise<number> {
  const [row] = await database.query<{ count: string }>(
    'SELECT count(*) FROM pushes JOIN notifications n ON n.id = pushes.notification_id WHERE n.user_id = $1',
    [user.userId],
  );
  return Number(row?.count);
}

/**
 * Waits until the notification is made and none of its pushes is pending; retries at once instead of after the delay.
 */
async function done(user: Api, title: string): Promise<void> {
  await eventually('the notification is made', async () => (await notificationOf(user, title)) !== undefined);
  await eventually('its pushes are done', async () => {
    await retryNow(user);
    return (await pending(user)) === 0;
  });
}

/** Skips pushes that a worker has claimed: those are due later. */
async function retryNow(user: Api): Promise<void> {
  const waiting = await database.query<{ id: string }>(
    `UPDATE pushes SET due_at = now() FROM notifications n
     WHERE n.id = notification_id AND n.user_id = $1 AND attempts > 0 AND due_at < now() + interval '20 seconds'
     RETURNING pushes.id`,
    [user.userId],
  );
  await tidings.app.get(SendPushes).handle({ pushIds: waiting.map(({ id }) => id) });
}

async function notificationOf(user: Api, title: string): Promise<string | undefined> {
  const [row] = await database.query<{ id: string }>('SELECT id FROM notifications WHERE user_id = $1 AND title = $2', [
    user.userId,
    title,
  ]);
  return row?.id;
}

describe('a push', () => {
  it('arrives at a browser of an offline user, encrypted for that browser and signed by the server', async () => {
    const user = await member();
    const [browser, other] = [await subscribed(user), await subscribed(user)];
    await notify(user, 'something happened');
    const [push] = await service.waitFor(browser.path);
    if (push === undefined) throw new Error('No push was received.');
    const id = await notificationOf(user, 'something happened');
    expect(browser.decrypt(push)).toEqual({
      id,
      kind: 'test.noted',
      title: 'something happened',
      body: 'The body of something happened',
      path: '/noted/something happened',
      subject: 'something happened',
    });
    expect(() => other.decrypt(push)).toThrow();
    const { body } = await user.get<{ publicKey: string }>('/v1/push-subscriptions/vapid-key');
    expect(vapidClaims(push, body.publicKey)).toMatchObject({
      aud: service.url,
      sub: expect.stringMatching(/^mailto:/),
    });
    expect(Number(push.headers['ttl'])).toBeGreaterThan(86_000);
    expect(push.headers['topic']).toMatch(/^[\w-]{32}$/);
    await service.waitFor(other.path);
    await done(user, 'something happened');
    expect(service.to(browser.path)).toHaveLength(1);
  });

  it('is not sent to an online user, and is sent again after the user has left', async () => {
    const user = await member();
    const browser = await subscribed(user);
    const socket = await TestSocket.connect(tidings.url, user.token);
    await notify(user, 'while online');
    await socket.waitFor(({ type }) => type === 'notification', 'the live notification');
    await done(user, 'while online');
    socket.cut();
    await eventually('a push arrives', async () => {
      await notify(user, `offline ${randomUUID()}`);
      return service.to(browser.path).length > 0;
    });
    const titles = service.to(browser.path).map((push) => browser.decrypt(push)['title']);
    expect(titles).not.toContain('while online');
  });

  it('is not sent after the right was revoked, even if it was pending', async () => {
    const user = await member();
    const browser = await subscribed(user);
    service.answer = () => ({ status: 503 });
    await notify(user, 'not for you');
    await service.waitFor(browser.path);
    service.answer = () => ({ status: 201 });
    await tidings.api.delete(`/v1/workspaces/${ws}/members/${user.userId}`);
    const before = service.to(browser.path).length;
    await done(user, 'not for you');
    expect(service.to(browser.path)).toHaveLength(before);
  });

  it('is not sent once a revocation was answered, even if it was in progress', async () => {
    const user = await member();
    const browser = new PushBrowser(service.url.replace('127.0.0.1', 'localhost'));
    await user.post('/v1/push-subscriptions', browser.subscription);
    const outbound = tidings.app.get(OutboundRequests);
    const { resolve } = outbound;
    let lookups = 0;
    let release = (): void => undefined;
    const released = new Promise<void>((done) => (release = done));
    outbound.resolve = async (hostname) => {
      lookups++;
      await released;
      return resolve(hostname);
    };
    await notify(user, 'just now');
    // By then the rights have been read and were sufficient.
    await eventually('the push is under way', () => lookups > 0);
    const { status } = await tidings.api.delete(`/v1/workspaces/${ws}/members/${user.userId}`);
    release();
    outbound.resolve = resolve;
    await done(user, 'just now');
    expect({ status, pushes: service.to(browser.path) }).toEqual({ status: 204, pushes: [] });
  });

  it('is not sent to a browser whose login has ended', async () => {
    const user = await member();
    const browser = await subscribed(user);
    await user.post('/v1/auth/logout-everywhere');
    const { status } = await user.get('/v1/push-subscriptions');
    expect(status).toBe(401);
    await notify(user, 'after the logout');
    await done(user, 'after the logout');
    expect(service.to(browser.path)).toHaveLength(0);
  });

  it('is not sent after the notification was read in the app', async () => {
    const user = await member();
    const browser = await subscribed(user);
    service.answer = () => ({ status: 503 });
    await notify(user, 'read soon');
    await service.waitFor(browser.path);
    service.answer = () => ({ status: 201 });
    const id = await notificationOf(user, 'read soon');
    expect((await user.post(`/v1/notifications/${id}/read`)).status).toBe(200);
    expect(await pending(user)).toBe(0);
    const sent = service.to(browser.path).length;
    await notify(user, 'and another');
    const pushes = await service.waitFor(browser.path, sent + 1);
    expect(pushes.slice(sent).map((push) => browser.decrypt(push)['title'])).toEqual(['and another']);
  });

  it.each([404, 410])('deletes the subscription when the service answers %i', async (status) => {
    const user = await member();
    const browser = await subscribed(user);
    service.answer = () => ({ status });
    await notify(user, 'first');
    await service.waitFor(browser.path);
    await eventually('the subscription is deleted', async () => {
      const { body } = await user.get<{ items: unknown[] }>('/v1/push-subscriptions');
      return body.items.length === 0;
    });
  });

  it('is retried when the service fails, and not when it rejects the push', async () => {
    const user = await member();
    const browser = await subscribed(user);
    let fails = 1;
    service.answer = () => ({ status: fails-- > 0 ? 500 : 201 });
    await notify(user, 'again');
    await done(user, 'again');
    expect(service.to(browser.path)).toHaveLength(2);
    service.answer = () => ({ status: 413 });
    await notify(user, 'too large');
    await service.waitFor(browser.path, 3);
    await done(user, 'too large');
    expect(service.to(browser.path)).toHaveLength(3);
  });

  it.each([400, 403])('deletes the subscription when the service answers %i three times in a row', async (status) => {
    const user = await member();
    const browser = await subscribed(user);
    const subscriptions = async () =>
      (await user.get<{ items: unknown[] }>('/v1/push-subscriptions')).body.items.length;
    const answers = [status, status, 201, status, status, status];
    service.answer = () => ({ status: answers.shift() ?? 201 });
    for (let sent = 1; sent <= 5; sent++) {
      await notify(user, `push ${sent}`);
      await service.waitFor(browser.path, sent);
      await done(user, `push ${sent}`);
    }
    expect(await subscriptions()).toBe(1);
    await notify(user, 'push 6');
    await eventually('the subscription is deleted', async () => (await subscriptions()) === 0);
  });

  it('replaces all pending pushes of its subject', async () => {
    const user = await member();
    const browser = await subscribed(user);
    const subject = 'one thing';
    const titles = ['first', 'second', 'third'];
    await note(tidings.app, ws, ...titles.map((title) => ({ to: [user.userId], title, subject })));
    await done(user, 'third');
    expect(service.to(browser.path).map((push) => browser.decrypt(push)['title'])).toEqual(['third']);
    const { body } = await user.get<{ unread: number }>('/v1/notifications');
    expect(body.unread).toBe(3);
  });

  it('is given up without following when the service redirects', async () => {
    const user = await member();
    const browser = await subscribed(user);
    service.answer = () => ({ status: 307, headers: { location: `${service.url}/inside` } });
    await notify(user, 'redirected');
    await service.waitFor(browser.path);
    await done(user, 'redirected');
    expect(service.to('/inside')).toEqual([]);
  });

  it('whose job was lost is found by the sweep, and is sent by one of several workers', async () => {
    const user = await member();
    const browser = await subscribed(user);
    service.answer = () => ({ status: 503, headers: { 'retry-after': '600' } });
    await notify(user, 'lost');
    await service.waitFor(browser.path);
    await eventually('the retry is planned', async () => {
      const rows = await database.query(
        `SELECT FROM pushes JOIN notifications n ON n.id = notification_id
         WHERE n.user_id = $1 AND due_at > now() + interval '5 minutes'`,
        [user.userId],
      );
      return rows.length === 1;
    });
    service.answer = () => ({ status: 201 });
    const [row] = await database.query<{ id: string }>(
      `UPDATE pushes SET due_at = now() - interval '1 minute' FROM notifications n
       WHERE n.id = notification_id AND n.user_id = $1 RETURNING pushes.id`,
      [user.userId],
    );
    const handler = tidings.app.get(SendPushes);
    await Promise.all([
      tidings.app.get(SweepPushes).sweep(),
      ...Array.from({ length: 4 }, () => handler.handle({ pushIds: [row?.id ?? ''] })),
    ]);
    await done(user, 'lost');
    expect(service.to(browser.path)).toHaveLength(2);
  });

  it('waits for the end of the quiet hours', async () => {
    const user = await member();
    const browser = await subscribed(user);
    const clock = (date: Date) => date.toISOString().slice(11, 16);
    const hours = {
      timeZone: 'UTC',
      from: clock(new Date(Date.now() - 3_600_000)),
      until: clock(new Date(Date.now() + 3_600_000)),
    };
    expect((await user.put('/v1/notification-preferences/quiet-hours', hours)).status).toBe(200);
    await notify(user, 'at night');
    await eventually('it waits', async () => {
      const rows = await database.query(
        `SELECT FROM pushes JOIN notifications n ON n.id = notification_id
         WHERE n.user_id = $1 AND due_at > now() + interval '50 minutes'`,
        [user.userId],
      );
      return rows.length === 1;
    });
    expect(service.to(browser.path)).toEqual([]);
    // It does not wait longer than the quiet hours last.
    expect((await user.delete('/v1/notification-preferences/quiet-hours')).status).toBe(204);
    await eventually('it is due', async () => {
      await tidings.app.get(SweepPushes).sweep();
      return service.to(browser.path).length === 1;
    });
  });

  it('is not sent after its kind was switched off', async () => {
    const user = await member();
    const browser = await subscribed(user);
    service.answer = () => ({ status: 503 });
    await notify(user, 'unwanted');
    await eventually('it was tried', () => service.to(browser.path).length === 1);
    const { status } = await user.put('/v1/notification-preferences/test.noted', { inApp: true, push: false });
    expect(status).toBe(200);
    expect(await pending(user)).toBe(0);
  });
});
