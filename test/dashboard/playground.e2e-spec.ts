import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { ADMIN, freePort, startTidings, type RunningTidings } from '../support/app.js';
import { chromiumPath, startBrowser } from '../support/browser.js';
import { axeViolations, openDashboard, type WindowOptions } from '../support/dashboard.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { post, webhookEvents } from '../support/webhooks.js';

let database: TestDatabase;
let settings: Record<string, string>;
let tidings: RunningTidings;
let browser: Browser;
let page: Page;

async function open(options?: WindowOptions): Promise<void> {
  page = await openDashboard(browser, tidings, `/w/${tidings.workspaceId}/playground`, options);
}

const is = (state: string) => page.locator(`[data-playground="${state}"]`).waitFor();
const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
const frames = (direction: 'in' | 'out', text: string) =>
  page.locator(`li[data-direction="${direction}"]`, { hasText: text });

async function connect(): Promise<void> {
  await press('Connect');
  await is('open');
}

async function sendExample(id: string): Promise<void> {
  await page.getByLabel('Examples').selectOption(id);
  await press('Send');
}

async function subscribe(): Promise<void> {
  await sendExample('subscribe');
  await frames('in', `"channel":"webhooks:${tidings.workspaceId}"`).filter({ hasText: 'subscribed' }).waitFor();
}

async function sendAndProcess(...texts: string[]): Promise<void> {
  for (const text of texts) expect((await post(tidings.openSourceUrl, text)).status).toBe(202);
  await eventually(`${texts.join(', ')} are in the log`, async () => {
    const logged = (await webhookEvents(tidings.api, tidings.workspaceId)).map(({ payload }) => payload.title);
    return texts.every((text) => logged.includes(text));
  });
}

/** The titles of the webhooks among the frames, in the order in which they arrived. */
async function titles(): Promise<string[]> {
  const texts = await frames('in', 'webhook:received').locator('summary').allTextContents();
  return texts.map((text) => /"title":"((?:[^"\\]|\\.)*)"/.exec(text)?.[1] ?? '');
}

async function restart(changes: Record<string, string> = {}, whileDown = async () => {}): Promise<void> {
  await tidings.stop();
  await whileDown();
  const { openSourceUrl, workspaceId } = tidings;
  tidings = { ...(await startTidings({ ...settings, ...changes })), openSourceUrl, workspaceId };
}

if (chromiumPath === undefined) {
  describe('the playground is not tested without Chromium', () => {
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
    [tidings, browser] = await Promise.all([startTidings(settings), startBrowser(path)]);
  });
  afterAll(async () => {
    await browser.close();
    await tidings.stop();
    await database.drop();
  });
  afterEach(async () => {
    await page.context().close();
  });

  describe('the playground', () => {
    it('connects and disconnects by click, and shows the frames of each connection', async () => {
      await open();
      await is('off');
      expect(await page.getByRole('button', { name: 'Send', exact: true }).isDisabled()).toBe(true);
      await connect();
      await frames('in', '"type":"connected"').waitFor();
      await press('Disconnect');
      await is('off');
      await page.locator('li[data-direction="note"]').waitFor();
      await connect();
      expect(await frames('in', '"type":"connected"').count()).toBe(2);
    });

    it('shows a webhook at once that was sent by the command on the screen', async () => {
      await open();
      await connect();
      await subscribe();
      const command = `curl -d "this is for WebSocketyness" ${tidings.openSourceUrl}`;
      await page.getByText(command, { exact: true }).waitFor();
      await post(tidings.openSourceUrl, 'this is for WebSocketyness');
      await frames('in', 'this is for WebSocketyness').waitFor();
    });

    it('gets an answer that is not an error for each example but the unknown type', async () => {
      await open();
      await connect();
      const ids = await page
        .getByLabel('Examples')
        .locator('option')
        .evaluateAll((all) => all.map((one) => (one as unknown as { value: string }).value));
      // Presence is that of a subscribed channel.
      const inOrder = ['join', ...ids.filter((id) => !['join', 'leave', 'unknown'].includes(id)), 'leave', 'unknown'];
      for (const id of inOrder) await sendExample(id);
      await frames('in', 'frame.unknown-type').waitFor();
      expect(ids).toHaveLength(11);
      expect(await frames('in', '"type":"error"').count()).toBe(1);
      await frames('in', 'greeting:sent').waitFor();
      expect(await page.getByRole('log').textContent()).not.toMatch(/eyJ/);
    });

    it('sends a frame that was typed, and refuses a text that is not one', async () => {
      await open();
      await connect();
      const field = page.getByLabel('Frame', { exact: true });
      await field.fill('{"type":');
      await page.getByText('Not JSON').waitFor();
      expect(await page.getByRole('button', { name: 'Send', exact: true }).isDisabled()).toBe(true);
      await field.fill('[]');
      await page.getByText('A frame is an object with a "type".').waitFor();
      await field.fill('{"type":"no:such","id":"mine"}');
      await press('Send');
      await frames('in', '"id":"mine"').filter({ hasText: 'frame.unknown-type' }).waitFor();
      await frames('out', '"id":"mine"').waitFor();
    });

    it('keeps the chosen example in the address', async () => {
      await open();
      await page.getByLabel('Examples').selectOption('publish');
      await page.waitForURL('**/playground?example=publish');
      await page.reload();
      await page.getByText(`topic:${tidings.workspaceId}/playground/greetings`).first().waitFor();
      expect(await page.getByLabel('Examples').inputValue()).toBe('publish');
    });

    it('shows markup in a frame as text, and runs no script from it', async () => {
      await open();
      const problems: string[] = [];
      page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
      page.on('pageerror', (error) => problems.push(error.message));
      await connect();
      await subscribe();
      const attack = "<img src=x onerror='document.title = 1'><script>document.title = 2</script>";
      await post(tidings.openSourceUrl, attack);
      const row = frames('in', attack);
      await row.locator('summary').first().click();
      await row.getByText('payload').first().waitFor();
      expect(await row.locator('img, script').count()).toBe(0);
      expect(await page.title()).toBe('Playground · Tidings');
      expect(problems).toEqual([]);
    });

    it('comes back after a restart and gets the missed webhooks, once and in order', async () => {
      await open();
      await connect();
      await subscribe();
      await sendAndProcess('before the restart');
      await frames('in', 'before the restart').waitFor();
      await restart({}, async () => {
        await is('waiting');
        await page.context().setOffline(true);
      });
      await sendAndProcess('missed 1', 'missed 2', 'missed 3');
      await page.context().setOffline(false);
      await is('open');
      await frames('in', 'missed 3').waitFor();
      await sendAndProcess('live again');
      await frames('in', 'live again').waitFor();
      expect((await titles()).slice(-5)).toEqual([
        'before the restart',
        'missed 1',
        'missed 2',
        'missed 3',
        'live again',
      ]);
    });

    it('stays where earlier frames are read, and says how many are new', async () => {
      await open();
      await connect();
      for (let count = 0; count < 30; count++) await press('Send');
      await eventually('all answers are shown', async () => (await frames('in', '"subscribed"').count()) >= 31);
      await page.getByRole('log').evaluate((list) => ((list as unknown as { scrollTop: number }).scrollTop = 0));
      await press('Send');
      await page.getByRole('button', { name: /^\d+ new$/ }).click();
      await page.getByRole('button', { name: /^\d+ new$/ }).waitFor({ state: 'detached' });
    });

    it.each([
      ['light', 1280],
      ['dark', 1280],
      ['light', 375],
    ] as const)('has no violation that axe finds, %s at %i px', async (theme, width) => {
      await open({ theme, width });
      await connect();
      await sendExample('publish');
      await frames('in', 'published').locator('summary').first().click();
      expect(await axeViolations(page)).toEqual([]);
    });
  });

  describe('the session of the dashboard', () => {
    it('is in no storage that a script could read after a reload', async () => {
      await open();
      const stored = await page.evaluate<Record<string, string>>(
        'Object.fromEntries(Object.entries({ ...localStorage, ...sessionStorage }))',
      );
      expect(stored['tidings.signed-in']).toBe('yes');
      expect(JSON.stringify(stored) + (await page.evaluate<string>('document.cookie'))).not.toMatch(/eyJ/);
    });

    it('comes back by itself after a reload while the server is unavailable', async () => {
      await open();
      let isUnavailable = true;
      const answer = { status: 503, contentType: 'application/json', body: '{"title":"Later."}' };
      await page.route('**/v1/auth/refresh', (route) => (isUnavailable ? route.fulfill(answer) : route.continue()));
      await page.reload();
      await page.getByRole('alert').getByText('Later.').waitFor();
      isUnavailable = false;
      await page.getByRole('heading', { name: 'Playground', level: 1 }).waitFor();
    });

    it('ends in every tab when the user signs out', async () => {
      await open();
      const tab = await page.context().newPage();
      await tab.goto(page.url());
      await tab.getByRole('button', { name: 'Connect', exact: true }).click();
      await tab.locator('[data-playground="open"]').waitFor();
      await press('Your account');
      await page.getByRole('menuitem', { name: 'Sign out' }).click();
      await tab.getByLabel('E-mail').waitFor();
      await page.reload();
      await page.getByLabel('E-mail').waitFor();
    });

    it('asks to sign in again when the session was ended elsewhere', async () => {
      await open();
      await tidings.api.logIn(ADMIN.email, ADMIN.password);
      expect((await tidings.api.post('/v1/auth/logout-everywhere')).status).toBe(204);
      await page.getByLabel('E-mail').waitFor();
    });

    it('goes on over one connection when its access token expires repeatedly', async () => {
      await restart({ ACCESS_TOKEN_SECONDS: '2' });
      await open();
      await connect();
      let sockets = 0;
      page.on('websocket', () => (sockets += 1));
      await subscribe();
      await eventually(
        'the token was renewed three times',
        async () => (await frames('in', 'auth:refreshed').count()) >= 3,
      );
      // The token of the test expires as soon, so that only the page can look.
      await post(tidings.openSourceUrl, 'after the tokens of the beginning');
      await frames('in', 'after the tokens of the beginning').waitFor();
      expect(sockets).toBe(0);
      expect(await page.getByRole('log').textContent()).not.toMatch(/eyJ/);
    });
  });
}
