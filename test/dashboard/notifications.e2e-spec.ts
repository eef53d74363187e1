import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { OnlineUsers } from '../../src/realtime/public/online-users.js';
import { ADMIN, startTidings, type RunningTidings } from '../support/app.js';
import { chromiumPath, startBrowser } from '../support/browser.js';
import { axeViolations, openDashboard } from '../support/dashboard.js';
import { eventually } from '../support/eventually.js';
import { note } from '../support/notices.js';
import { PushBrowser, PushEndpoint } from '../support/push.js';

let tidings: RunningTidings;
let service: PushEndpoint;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let pushBrowser: PushBrowser;

/** A stub: this Chromium has no push service. It stores the subscription like a browser. */
const pushService = (subscription: object) => `{
  const subscription = {
    toJSON: () => (${JSON.stringify(subscription)}),
    unsubscribe: async () => localStorage.removeItem('kept'),
  };
  PushManager.prototype.getSubscription = async () => (localStorage.getItem('kept') === null ? null : subscription);
  PushManager.prototype.subscribe = async (options) => {
    localStorage.setItem('kept', JSON.stringify(options));
    return subscription;
  };
}`;

const screen = (search = ''): string => `/w/${tidings.workspaceId}/notifications${search}`;
const press = (name: string, exact = false) => page.getByRole('button', { name, exact }).click();
const offers = (name: string) => page.getByRole('button', { name }).waitFor();
const kept = () => page.evaluate<string | null>("localStorage.getItem('kept')");
const bell = (name: string) => page.getByRole('banner').getByRole('link', { name });
const noteTo = (title: string, subject = title) =>
  note(tidings.app, tidings.workspaceId, { to: [tidings.api.userId], title, subject });

/** Clears the inbox, so that tests are independent. */
async function archiveAll(): Promise<void> {
  const { body } = await tidings.api.get<{ items: Array<{ id: string }> }>('/v1/notifications?limit=200');
  for (const { id } of body.items) await tidings.api.post(`/v1/notifications/${id}/archive`);
  await tidings.api.post('/v1/notifications/read', {});
}

async function subscriptions(): Promise<Array<{ readonly id: string }>> {
  return (await tidings.api.get<{ items: Array<{ id: string }> }>('/v1/push-subscriptions')).body.items;
}

/** Deletes all subscriptions, like a server whose pushes get a 410. */
async function deleteAll(): Promise<void> {
  for (const { id } of await subscriptions()) await tidings.api.delete(`/v1/push-subscriptions/${id}`);
}

/** Delivers a push to the real service worker of the dashboard. */
async function deliver(push: Record<string, unknown>): Promise<void> {
  const devTools = await context.newCDPSession(page);
  const registration = new Promise<string>((resolve) => {
    devTools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations: [first] }) => {
      if (first !== undefined) resolve(first.registrationId);
    });
  });
  await devTools.send('ServiceWorker.enable');
  const registrationId = await registration;
  const data = JSON.stringify(push);
  await devTools.send('ServiceWorker.deliverPushMessage', { origin: tidings.url, registrationId, data });
}

if (chromiumPath === undefined) {
  describe('the notifications are not tested without Chromium', () => {
    it.todo('runs when Chromium is installed or set in CHROMIUM_PATH');
  });
} else {
  const path = chromiumPath;
  beforeAll(async () => {
    service = await PushEndpoint.start();
    [tidings, browser] = await Promise.all([
      startTidings({ OUTBOUND_TO_LOOPBACK: 'true', PUSH_DELAY_SECONDS: '0', PRESENCE_GRACE_SECONDS: '0' }),
      startBrowser(path),
    ]);
  });
  afterAll(async () => {
    await browser.close();
    await tidings.stop();
    await service.stop();
  });

  describe('the inbox', () => {
    afterEach(async () => {
      await page.context().close();
      await archiveAll();
    });

    it('shows a new notification at once, and keeps its place behind a button while others are read', async () => {
      page = await openDashboard(browser, tidings, screen());
      await bell('none unread').waitFor();
      await noteTo('the first one');
      await page.getByText('the first one', { exact: true }).waitFor();
      await bell('1 unread').waitFor();
      await noteTo('the second one');
      await press('1 new');
      await page.getByText('the second one', { exact: true }).waitFor();
      await bell('2 unread').waitFor();
    });

    it('marks one as read, all as read, and archives one', async () => {
      for (const title of ['one', 'two', 'three']) await noteTo(title);
      page = await openDashboard(browser, tidings, screen());
      await bell('3 unread').waitFor();
      const row = (title: string) => page.getByRole('listitem').filter({ hasText: `The body of ${title}` });
      await row('one').getByRole('button', { name: 'Mark as read' }).click();
      await bell('2 unread').waitFor();
      await row('two').getByRole('button', { name: 'Archive' }).click();
      await press('Mark all as read');
      await bell('none unread').waitFor();
      await page.getByRole('tab', { name: 'Archived' }).click();
      await row('two').waitFor();
      expect(new URL(page.url()).search).toBe('?view=archived');
      expect(await row('one').count()).toBe(0);
    });

    it('opens the task that a notification is about, and marks it as read', async () => {
      const title = 'assigned by another user';
      const task = await tidings.api.post<{ id: string }>(`/v1/workspaces/${tidings.workspaceId}/tasks`, { title });
      await noteTo(title, `task:${task.body.id}`);
      page = await openDashboard(browser, tidings, screen());
      await page.getByRole('link', { name: title }).click();
      await page.waitForURL(`**/tasks?task=${task.body.id}`);
      expect(await page.getByRole('dialog').getByLabel('Title').inputValue()).toBe(title);
      await page.keyboard.press('Escape');
      await bell('none unread').waitFor();
    });

    it('changes the preferences of a kind and the quiet hours', async () => {
      page = await openDashboard(browser, tidings, screen('?view=preferences'));
      await page.getByRole('checkbox', { name: 'Push: Something was noted.' }).uncheck();
      await eventually('the server has the choice', async () => {
        const { body } = await tidings.api.get<{ kinds: Array<{ kind: string; push: boolean }> }>(
          '/v1/notification-preferences',
        );
        return body.kinds.find(({ kind }) => kind === 'test.noted')?.push === false;
      });
      await page.getByRole('checkbox', { name: 'Push: Something was noted.' }).check();
      await page.getByLabel('From').fill('21:30');
      await page.getByLabel('Time zone').selectOption('Europe/Berlin');
      await press('Save the quiet hours');
      await offers('Remove');
      const { body } = await tidings.api.get('/v1/notification-preferences');
      expect(body['quietHours']).toEqual({ timeZone: 'Europe/Berlin', from: '21:30', until: '07:00' });
      await press('Remove', true);
      await page.getByText('No quiet hours are set.').waitFor();
    });

    it.each([
      ['light', 1280],
      ['dark', 1280],
      ['light', 375],
    ] as const)('has no violation that axe finds, %s at %i px', async (theme, width) => {
      await noteTo('looked at by axe');
      page = await openDashboard(browser, tidings, screen(), { theme, width });
      await page.getByText('looked at by axe', { exact: true }).waitFor();
      expect(await axeViolations(page)).toEqual([]);
      await page.getByRole('tab', { name: 'Preferences' }).click();
      await page.getByLabel('Time zone').waitFor();
      expect(await axeViolations(page)).toEqual([]);
    });
  });

  describe('pushes to a browser', () => {
    const preferences = (): string => tidings.url + screen('?view=preferences');

    async function signIn(): Promise<void> {
      await page.goto(preferences());
      await page.getByLabel('E-mail').fill(ADMIN.email);
      await page.getByLabel('Password').fill(ADMIN.password);
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    }

    beforeEach(async () => {
      pushBrowser = new PushBrowser(service.url);
      context = await browser.newContext();
      await context.grantPermissions(['notifications'], { origin: tidings.url });
      await context.addInitScript(pushService(pushBrowser.subscription));
      page = await context.newPage();
    });
    afterEach(async () => {
      await context.close();
      await deleteAll();
    });

    it('are off until they are switched on, and use the key of the server', async () => {
      await signIn();
      await offers('Switch on');
      expect([await kept(), await subscriptions()]).toEqual([null, []]);
      await press('Switch on');
      await offers('Switch off');
      const { body } = await tidings.api.get('/v1/push-subscriptions/vapid-key');
      expect(JSON.parse((await kept()) ?? '')).toEqual({
        userVisibleOnly: true,
        applicationServerKey: body['publicKey'],
      });
      expect(await subscriptions()).toEqual([expect.objectContaining({ host: new URL(service.url).host })]);
    });

    it('are shown once to a user who has no window open', async () => {
      await signIn();
      await press('Switch on');
      await offers('Switch off');
      // The worker goes on without a window of the dashboard.
      await page.goto(`${tidings.url}/icon.svg`);
      const to = [tidings.api.userId];
      const online = tidings.app.get(OnlineUsers);
      await eventually('the user is offline', async () => (await online.online(to)).size === 0);
      await note(tidings.app, tidings.workspaceId, { to, title: 'a task for you', subject: 'task:1' });
      const [received] = await service.waitFor(pushBrowser.path);
      const push = received === undefined ? {} : pushBrowser.decrypt(received);
      await deliver(push);
      // A push may be delivered twice.
      await deliver(push);
      const shown = () =>
        page.evaluate<string[]>(
          'navigator.serviceWorker.ready.then((all) => all.getNotifications()).then((all) => all.map(({ title, body }) => title + ": " + body))',
        );
      await eventually('it is shown', async () => (await shown()).length > 0);
      expect(await shown()).toEqual(['a task for you: The body of a task for you']);
    });

    it('stay on after a reload, also when the server had deleted them', async () => {
      await signIn();
      await press('Switch on');
      await offers('Switch off');
      await deleteAll();
      await page.reload();
      await offers('Switch off');
      expect(await subscriptions()).toHaveLength(1);
    });

    it('end in the browser and on the server when the user switches them off or signs out', async () => {
      await signIn();
      const signOut = async (): Promise<void> => {
        await press('Your account');
        await page.getByRole('menuitem', { name: 'Sign out' }).click();
      };
      for (const end of [() => press('Switch off'), signOut]) {
        await press('Switch on');
        await offers('Switch off');
        expect(await subscriptions()).toHaveLength(1);
        await end();
        await eventually('it has ended', async () => (await kept()) === null && (await subscriptions()).length === 0);
      }
      await signIn();
      await offers('Switch on');
    });

    it('show the reason when the browser or the server does not support them', async () => {
      await page.addInitScript("Notification.requestPermission = async () => 'denied'");
      await signIn();
      await press('Switch on');
      await page.getByRole('alert').filter({ hasText: 'does not allow notifications' }).waitFor();
      await page.addInitScript("Notification.requestPermission = async () => 'granted'");
      const answer = { status: 503, contentType: 'application/json', body: '{"title":"No push here."}' };
      await page.route('**/vapid-key', (route) => route.fulfill(answer));
      await page.reload();
      await press('Switch on');
      await page.getByRole('alert').filter({ hasText: 'No push here.' }).waitFor();
      expect(await subscriptions()).toEqual([]);
    });
  });
}
