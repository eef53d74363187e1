import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { NotificationRetention } from '../../../src/features/notifications/inbox/notification-retention.js';
import { Database } from '../../../src/platform/database/database.js';
import { ProcessDeliveries } from '../../../src/webhooks/processing/process-deliveries.js';
import { WatchSilence } from '../../../src/webhooks/silence/watch-silence.js';
import { signUp, type Api } from '../../support/api.js';
import { startTidings, type RunningTidings } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';
import { note } from '../../support/notices.js';
import { TestSocket } from '../../support/socket.js';
import { makeSource, post } from '../../support/webhooks.js';

interface Notification {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly readAt: string | null;
}
interface Page {
  readonly items: Notification[];
  readonly unread: number;
  readonly nextCursor: string | null;
  readonly position: { channel: string; epoch: string; offset: number };
}

let tidings: RunningTidings;
let ws: string;

beforeAll(async () => {
  tidings = await startTidings();
  ws = tidings.workspaceId;
});
afterAll(() => tidings?.stop());

async function member(role = 'member'): Promise<Api> {
  const user = await signUp(tidings.api, `${randomUUID()}@example.com`);
  await tidings.api.put(`/v1/workspaces/${ws}/members/${user.userId}`, { role });
  return user;
}

const list = async (user: Api, query = ''): Promise<Page> => (await user.get<Page>(`/v1/notifications${query}`)).body;
const titles = async (user: Api, query = '') => (await list(user, query)).items.map(({ title }) => title);
const has = (user: Api, title: string) =>
  eventually(`${title} is in the inbox`, async () => (await list(user)).items.find((found) => found.title === title));

/** Waits until earlier events have been handled: consumers handle the events of a channel in order. */
async function settled(): Promise<void> {
  const title = randomUUID();
  await note(tidings.app, ws, { to: [tidings.api.userId], title });
  await has(tidings.api, title);
}

describe('notifications', () => {
  it('reach each recipient of an event once, live and in the inbox, and no other user', async () => {
    const [anna, ben] = [await member(), await member()];
    const socket = await TestSocket.connect(tidings.url, anna.token);
    await note(tidings.app, ws, { to: [anna.userId], title: 'one', actor: ben.userId });
    const frame = await socket.waitFor(({ type }) => type === 'notification', 'the live notification');
    const { items, unread, position } = await list(anna);
    expect(items).toEqual([
      expect.objectContaining({ kind: 'test.noted', workspaceId: ws, title: 'one', actor: ben.userId, readAt: null }),
    ]);
    expect(frame).toMatchObject({
      channel: `user:${anna.userId}`,
      payload: { id: items[0]?.id, kind: 'test.noted', workspaceId: ws },
    });
    expect({ unread, position }).toMatchObject({ unread: 1, position: { offset: frame.offset } });
    expect(await titles(ben)).toEqual([]);
    socket.cut();
  });

  it('are made neither for the actor nor for users without permission', async () => {
    const [actor, outsider, denied] = [await member(), await signUp(tidings.api, 'out@example.com'), await member()];
    await tidings.api.put(`/v1/workspaces/${ws}/members/${denied.userId}`, { role: 'member', deny: ['webhooks:read'] });
    const all = [actor.userId, outsider.userId, denied.userId, randomUUID()];
    await note(tidings.app, ws, { to: all, title: 'own', actor: actor.userId });
    await note(tidings.app, ws, { title: 'to all members', actor: actor.userId });
    await settled();
    for (const user of [actor, outsider, denied]) expect(await titles(user)).toEqual([]);
    expect(await titles(tidings.api)).toContain('to all members');
  });

  it('inform the members who manage webhooks of a failed delivery, and no other members', async () => {
    const user = await member();
    const { deliveryId } = await post(tidings.openSourceUrl, `message ${randomUUID()}`);
    // Only once no worker has claimed it.
    const crashDelivery = `UPDATE deliveries SET status = 'received', deaths = 3 WHERE id = $1 AND status = 'processed' RETURNING 1`;
    await eventually(
      'it has been processed',
      async () => (await tidings.app.get(Database).query(crashDelivery, [deliveryId])).length > 0,
    );
    await tidings.app.get(ProcessDeliveries).handle({ deliveryIds: [deliveryId] }, { again: true });
    expect(await has(tidings.api, 'A webhook from open could not be processed')).toMatchObject({
      kind: 'webhook.failed',
      path: `/workspaces/${ws}/deliveries/${deliveryId}`,
    });
    await settled();
    expect(await titles(user)).toEqual([]);
  });

  it('inform the members who manage webhooks of a silent source, and no other members', async () => {
    const user = await member();
    const source = await makeSource(tidings.api, ws, { provider: 'open', expectEverySeconds: 60 });
    await tidings.app
      .get(Database)
      .query(`UPDATE source_watches SET since = now() - interval '61 seconds', check_at = now() WHERE source_id = $1`, [
        source.id,
      ]);
    await tidings.app.get(WatchSilence).sweep();
    expect(await has(tidings.api, 'The source test open is silent')).toMatchObject({
      kind: 'source.silent',
      body: 'It received nothing; at least one webhook is expected every 60 seconds.',
      path: `/workspaces/${ws}/sources/${source.id}`,
    });
    await settled();
    expect(await titles(user)).toEqual([]);
  });

  it('cannot be read by a removed member, even by id or by resuming', async () => {
    const user = await member();
    await note(tidings.app, ws, { to: [user.userId], title: 'secret' });
    const { id } = await has(user, 'secret');
    await tidings.api.delete(`/v1/workspaces/${ws}/members/${user.userId}`);
    const { items, unread } = await list(user);
    expect({ items, unread }).toEqual({ items: [], unread: 0 });
    for (const call of [user.get(`/v1/notifications/${id}`), user.post(`/v1/notifications/${id}/read`)]) {
      expect(await call).toMatchObject({ status: 404, body: { code: 'notification.not-found' } });
    }
    const socket = await TestSocket.connect(tidings.url, user.token);
    const epoch = (await list(user)).position.epoch;
    await socket.ask('unsubscribe', { channel: `user:${user.userId}` });
    await socket.ask('subscribe', { channel: `user:${user.userId}`, position: { epoch, offset: 0 } });
    const replayed = await socket.waitFor(({ type }) => type === 'notification', 'the replayed event');
    expect(JSON.stringify(replayed)).not.toContain('secret');
    socket.cut();
  });

  it('are read, archived and read all at once, by their own user only', async () => {
    const [user, other] = [await member(), await member()];
    for (const title of ['a', 'b', 'c', 'd']) await note(tidings.app, ws, { to: [user.userId], title });
    const { id: first } = await has(user, 'a');
    const { id: second } = await has(user, 'b');
    const { id: third } = await has(user, 'c');
    await has(user, 'd');
    expect((await other.post(`/v1/notifications/${first}/read`)).status).toBe(404);
    expect((await user.post<Notification>(`/v1/notifications/${first}/read`)).body.readAt).not.toBeNull();
    await user.post(`/v1/notifications/${second}/archive`);
    expect(await titles(user)).toEqual(['d', 'c', 'a']);
    expect(await titles(user, '?state=unread')).toEqual(['d', 'c']);
    expect(await titles(user, '?state=archived')).toEqual(['b']);
    expect((await user.post('/v1/notifications/read', { upTo: third })).body).toEqual({ read: 1 });
    expect((await list(user)).unread).toBe(1);
    expect((await user.post('/v1/notifications/read', {})).body).toEqual({ read: 1 });
    expect((await list(user)).unread).toBe(0);
  });

  it('are listed page by page, and by kind and workspace', async () => {
    const user = await member();
    for (const title of ['1', '2', '3']) await note(tidings.app, ws, { to: [user.userId], title });
    await has(user, '3');
    const { nextCursor } = await list(user, '?limit=2');
    expect(await titles(user, `?limit=2&cursor=${nextCursor}`)).toEqual(['1']);
    expect(await titles(user, `?kind=webhook.failed`)).toEqual([]);
    expect(await titles(user, `?kind=test.noted&workspaceId=${ws}&limit=1`)).toEqual(['3']);
    expect(await titles(user, `?workspaceId=${randomUUID()}`)).toEqual([]);
  });

  it('are made only of the kinds that a user has switched on', async () => {
    const user = await member();
    const preferences = '/v1/notification-preferences';
    expect((await user.put(`${preferences}/test.noted`, { inApp: false, push: false })).body).toMatchObject({
      kinds: expect.arrayContaining([
        { kind: 'test.noted', description: 'Something was noted.', inApp: false, push: false, email: 'off' },
        expect.objectContaining({ kind: 'webhook.failed', inApp: true, push: true, email: 'off' }),
      ]),
    });
    await note(tidings.app, ws, { to: [user.userId], title: 'unwanted' });
    await settled();
    expect(await titles(user)).toEqual([]);
    expect((await user.put(`${preferences}/no.such-kind`, { inApp: true, push: true })).status).toBe(404);
  });

  it('are pruned in any number when they are older than the retention period, and no others', async () => {
    const user = await member();
    await note(tidings.app, ws, { to: [user.userId], title: 'Of today' });
    await has(user, 'Of today');
    const database = tidings.app.get(Database);
    await database.query(
      `INSERT INTO notifications (id, user_id, kind, event_id, subject, title, body, path, in_app, created_at)
       SELECT gen_random_uuid(), $1, 'test.noted', gen_random_uuid(), '', 'Of old', '', '/', true, now() - interval '91 days'
       FROM generate_series(1, 12000)`,
      [user.userId],
    );
    await tidings.app.get(NotificationRetention).prune(() => false);
    const left = await database.query('SELECT title FROM notifications WHERE user_id = $1', [user.userId]);
    expect(left).toEqual([{ title: 'Of today' }]);
  });

  it('have quiet hours that can be set, read and deleted', async () => {
    const user = await member();
    const hours = { timeZone: 'Europe/Berlin', from: '22:00', until: '07:30' };
    const path = '/v1/notification-preferences/quiet-hours';
    expect((await user.put(path, hours)).body).toMatchObject({ quietHours: hours });
    expect((await user.put(path, { ...hours, timeZone: 'Nowhere/Land' })).status).toBe(400);
    expect((await user.put(path, { ...hours, from: '25:00' })).status).toBe(400);
    expect((await user.delete(path)).status).toBe(204);
    expect((await user.get('/v1/notification-preferences')).body).toMatchObject({ quietHours: null });
  });
});
