import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { OnlineUsers } from '../../../src/realtime/public/online-users.js';
import { ADMIN, startTidings, type RunningTidings } from '../../support/app.js';
import { chromiumPath, startBrowser } from '../../support/browser.js';
import { eventually } from '../../support/eventually.js';
import { note } from '../../support/notices.js';
import { PushBrowser, PushEndpoint } from '../../support/push.js';

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

async function signIn(): Promise<void> {
  await page.goto(tidings.url);
  await page.getByLabel('E-mail').fill(ADMIN.email);
  await page.getByLabel('Password').fill(ADMIN.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

const press = (name: string) => page.getByRole('button', { name }).click();
const offers = (name: string) => page.getByRole('button', { name }).waitFor();
const kept = () => page.evaluate<string | null>("localStorage.getItem('kept')");

async function subscriptions(): Promise<Array<{ readonly id: string }>> {
  return (await tidings.api.get<{ items: Array<{ id: string }> }>('/v1/push-subscriptions')).body.items;
}

/** Deletes all subscriptions, like a server whose pushes get a 410. */
async function deleteAll(): Promise<void> {
  for (const { id } of await subscriptions()) await tidings.api.delete(`/v1/push-subscriptions/${id}`);
}

/** Delivers a push to the real service worker of the page. */
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
  describe('the page is not tested without Chromium', () => {
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

  describe('push notifications on the page', () => {
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

    it('are shown once to a user who has no page open', async () => {
      await signIn();
      await press('Switch on');
      await offers('Switch off');
      await press('Disconnect');
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
      for (const end of ['Switch off', 'Sign out']) {
        await press('Switch on');
        await offers('Switch off');
        expect(await subscriptions()).toHaveLength(1);
        await press(end);
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
