import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { ADMIN, freePort, startTidings, type RunningTidings } from '../support/app.js';
import { chromiumPath, startBrowser } from '../support/browser.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { post, webhookEvents } from '../support/webhooks.js';
import { trimChannel } from '../support/trim-channel.js';

let database: TestDatabase;
let settings: Record<string, string>;
let tidings: RunningTidings;
let sourceUrl: string;
let workspaceId: string;
let browser: Browser;
let page: Page;

/** Uses the same port and the same data each time. */
async function startServer(): Promise<void> {
  tidings = await startTidings(settings);
}

async function signIn(password: string = ADMIN.password): Promise<void> {
  await page.goto(tidings.url);
  await page.getByLabel('E-mail').fill(ADMIN.email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

const state = () => page.getByRole('status');
const isLive = () => state().filter({ hasText: 'Live' }).waitFor();
const titles = () => page.locator('#webhooks .title').allTextContents();
const shows = (title: string) => page.locator('#webhooks .title', { hasText: title }).first().waitFor();

async function send(...texts: string[]): Promise<void> {
  for (const text of texts) expect((await post(sourceUrl, text)).status).toBe(202);
}

async function sendAndProcess(...texts: string[]): Promise<void> {
  await send(...texts);
  await eventually(`${texts.join(', ')} are in the log`, async () => {
    const logged = (await webhookEvents(tidings.api, workspaceId)).map(({ payload }) => payload.title);
    return texts.every((text) => logged.includes(text));
  });
}

if (chromiumPath === undefined) {
  describe('the page is not tested without Chromium', () => {
    it.todo('runs when Chromium is installed or set in CHROMIUM_PATH');
  });
} else {
  const path = chromiumPath;
  beforeAll(async () => {
    database = await createTestDatabase();
    const port = await freePort();
    settings = {
      DATABASE_URL: database.url,
      PORT: String(port),
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      JWT_SECRET: randomBytes(32).toString('hex'),
    };
    await startServer();
    ({ openSourceUrl: sourceUrl, workspaceId } = tidings);
    browser = await startBrowser(path);
  });
  afterAll(async () => {
    await browser.close();
    await tidings.stop();
    await database.drop();
  });
  beforeEach(async () => {
    page = await browser.newPage();
  });
  afterEach(async () => {
    // PAGE_SCREENSHOTS names a folder for screenshots.
    const folder = process.env['PAGE_SCREENSHOTS'];
    if (folder !== undefined) await page.screenshot({ path: `${folder}/${Date.now()}.png` });
    await page.close();
  });

  describe('the page', () => {
    it('shows why a login failed, and signs in with the right password', async () => {
      await signIn('the wrong password');
      await page.getByRole('alert').filter({ hasText: 'or the password is wrong' }).waitFor();
      expect(await page.getByRole('main').isVisible()).toBe(false);
      await signIn();
      await isLive();
    });

    it('shows a webhook at once that was sent to the URL on the page', async () => {
      await signIn();
      await isLive();
      expect(await page.locator('#curl').textContent()).toBe(`curl -d "this is for WebSocketyness" ${sourceUrl}`);
      await send('this is for WebSocketyness');
      await shows('this is for WebSocketyness');
    });

    it('shows earlier webhooks, newest first, and stays signed in after a reload', async () => {
      await sendAndProcess('the older one', 'the newer one');
      await signIn();
      await isLive();
      const before = await titles();
      expect(before.slice(0, 2)).toEqual(['the newer one', 'the older one']);
      await page.reload();
      await isLive();
      expect(await titles()).toEqual(before);
    });

    it('shows markup in a title as text, and runs no script from it', async () => {
      const problems: string[] = [];
      page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
      page.on('pageerror', (error) => problems.push(error.message));
      await signIn();
      await isLive();
      const attack = '<img src=x onerror="document.title = 1"><script>document.title = 2</script>';
      await send(attack, 'sent after the attack');
      await shows('sent after the attack');
      expect(await titles()).toContain(attack);
      expect(await page.locator('#webhooks img, #webhooks script').count()).toBe(0);
      expect(await page.title()).toBe('Tidings');
      expect(problems).toEqual([]);
    });

    it('links only to http and https', async () => {
      await signIn();
      await isLive();
      await page.evaluate(`import('/lists.js').then(({ WebhookList }) => {
        const list = new WebhookList(document.getElementById('webhooks'));
        const event = (url) => ({ ts: 0, offset: 0, payload: { provider: 'x', eventType: 'y', title: 'to ' + url, url } });
        list.show(['javascript:alert(1)', 'data:text/html,x', 'https://example.com/'].map(event));
      })`);
      await shows('to javascript:alert(1)');
      expect(await page.locator('#webhooks li .title:has-text("to ") a').count()).toBe(1);
      expect(await page.getByRole('link', { name: 'to https' }).getAttribute('rel')).toBe('noreferrer noopener');
    });

    it('sends a frame and shows its answer', async () => {
      await signIn();
      await isLive();
      await page.getByLabel('Send a frame').fill('{"type":"no:such","id":"mine"}');
      await page.getByRole('button', { name: 'Send' }).click();
      await page.locator('#frames .in', { hasText: 'frame.unknown-type' }).waitFor();
      expect(await page.locator('#frames li').first().textContent()).toContain('"id":"mine"');
    });

    it('reconnects after a restart of the server and shows the missed webhooks, once and in order', async () => {
      await signIn();
      await isLive();
      await sendAndProcess('before the restart');
      await shows('before the restart');
      await tidings.stop();
      await state().filter({ hasText: 'Reconnecting' }).waitFor();
      await page.context().setOffline(true);
      await startServer();
      await sendAndProcess('missed 1', 'missed 2', 'missed 3');
      expect(await titles()).not.toContain('missed 1');
      const reloads: string[] = [];
      page.on('request', (request) => request.url().includes('/events?') && reloads.push(request.url()));
      await page.context().setOffline(false);
      await isLive();
      await send('live again');
      await shows('live again');
      expect((await titles()).slice(0, 5)).toEqual([
        'live again',
        'missed 3',
        'missed 2',
        'missed 1',
        'before the restart',
      ]);
      expect(reloads).toEqual([]);
    });

    it('reloads the list when the log no longer holds the missed events', async () => {
      await signIn();
      await isLive();
      await sendAndProcess('seen and then trimmed');
      await shows('seen and then trimmed');
      await page.getByRole('button', { name: 'Disconnect' }).click();
      await sendAndProcess('missed and trimmed', 'missed and kept');
      await trimChannel({ ...tidings, workspaceId }, `webhooks:${workspaceId}`, 1);
      // A restart also clears the recent events in the server's memory.
      await tidings.stop();
      await startServer();
      await page.getByRole('button', { name: 'Connect' }).click();
      await isLive();
      await send('live after the trimming');
      await shows('live after the trimming');
      expect(await titles()).toEqual(['live after the trimming', 'missed and kept']);
    });

    it('retries by itself after a reload while the server is unavailable', async () => {
      await signIn();
      await isLive();
      let isUnavailable = true;
      const answer = { status: 503, contentType: 'application/json', body: '{"title":"Later."}' };
      await page.route('**/v1/auth/refresh', (route) => (isUnavailable ? route.fulfill(answer) : route.continue()));
      await page.reload();
      await state().filter({ hasText: 'Reconnecting' }).waitFor();
      expect(await page.getByLabel('E-mail').isVisible()).toBe(false);
      isUnavailable = false;
      await isLive();
    });

    it('shows the workspace that was chosen last, in any order of the answers', async () => {
      const { body: other } = await tidings.api.post<{ id: string }>('/v1/workspaces', { name: 'Another' });
      await sendAndProcess('of the first workspace');
      await signIn();
      await isLive();
      let release = (): void => undefined;
      const released = new Promise<void>((resolve) => (release = resolve));
      await page.route(`**/${workspaceId}/events?*`, (route) => released.then(() => route.continue()));
      const requested = page.waitForRequest(`**/${workspaceId}/events?*`);
      await page.reload();
      await requested;
      await page.getByLabel('Workspace').selectOption(other.id);
      await isLive();
      const list = page.waitForResponse((response) => response.url().includes('limit=100'));
      release();
      await (await list).finished();
      await page.evaluate('new Promise(requestAnimationFrame)');
      expect(await titles()).toEqual([]);
    });

    it('stays signed in and connected when its access token expires repeatedly', async () => {
      await tidings.stop();
      tidings = await startTidings({ ...settings, ACCESS_TOKEN_SECONDS: '2' });
      let sockets = 0;
      page.on('websocket', () => (sockets += 1));
      const renewals: string[] = [];
      page.on('request', (request) => request.url().endsWith('/refresh') && renewals.push(request.url()));
      await signIn();
      await isLive();
      await eventually('the token was renewed four times', () => renewals.length >= 4);
      await send('after the tokens of the beginning');
      await shows('after the tokens of the beginning');
      expect(sockets).toBe(1);
      expect(await page.locator('#frames').textContent()).not.toMatch(/eyJ/);
    });

    it('stores no token where a script could read it after a reload', async () => {
      await signIn();
      await isLive();
      const stored = await page.evaluate('JSON.stringify([localStorage, sessionStorage]) + document.cookie');
      expect(stored).toBe('[{"tidings.signed-in":"yes"},{}]');
    });

    it('ends the session in every tab when the user signs out', async () => {
      const context = await browser.newContext();
      await page.close();
      page = await context.newPage();
      await signIn();
      await isLive();
      const tab = await context.newPage();
      await tab.goto(tidings.url);
      await tab.getByRole('status').filter({ hasText: 'Live' }).waitFor();
      await page.getByRole('button', { name: 'Sign out' }).click();
      await tab.getByRole('alert').filter({ hasText: 'sign in again: unauthenticated' }).waitFor();
      await page.reload();
      expect(await page.getByRole('main').isVisible()).toBe(false);
      await page.getByLabel('E-mail').waitFor();
      await tab.close();
    });

    it('asks to sign in again when the session was ended elsewhere, without reconnecting first', async () => {
      let sockets = 0;
      page.on('websocket', () => (sockets += 1));
      await signIn();
      await isLive();
      const before = sockets;
      await tidings.api.logIn(ADMIN.email, ADMIN.password);
      expect((await tidings.api.post('/v1/auth/logout-everywhere')).status).toBe(204);
      await page.getByRole('alert').filter({ hasText: 'sign in again: unauthenticated' }).waitFor();
      expect(await page.getByRole('main').isVisible()).toBe(false);
      expect(sockets).toBe(before);
    });
  });
}
