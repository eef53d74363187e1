import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { signUp, type Api } from '../support/api.js';
import { chromiumPath, startBrowser } from '../support/browser.js';
import { axeViolations, openDashboard } from '../support/dashboard.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { ServerProcess, signInAsAdministrator } from '../support/server-process.js';
import { makeSource, post, webhookEvents, type TestSource } from '../support/webhooks.js';

/** So many events are published at once, this often: 500 in a second. */
const BURST = 100;
const BURST_EVERY_MS = 200;
/** How long the load lasts: `LIVE_SECONDS=60` is the full length. */
const LOAD_SECONDS = Number(process.env['LIVE_SECONDS'] ?? 12);
const LOAD_TIMEOUT_MS = 60_000 + LOAD_SECONDS * 3_000;
/** The list has reached its bound by then. */
const FIRST_HEAP_SECONDS = Math.min(10, LOAD_SECONDS / 2);

/** Clicks Pause and Resume five times a second. @returns how long each click takes until the next frame, ascending */
const ANSWERS = `async (clicks) => {
  const spans = [];
  for (let click = 0; click < clicks; click++) {
    const begin = performance.now();
    const button = [...document.querySelectorAll('main button')].find((one) => /Pause|Resume/.test(one.textContent));
    button.click();
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    spans.push(performance.now() - begin);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, 200 - (performance.now() - begin))));
  }
  return spans.sort((one, other) => one - other);
}`;

const mib = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);

/** Measures the JavaScript heap of the page after a garbage collection. @returns bytes */
async function heapOf(page: Page): Promise<() => Promise<number>> {
  const devTools = await page.context().newCDPSession(page);
  await devTools.send('Performance.enable');
  return async () => {
    await devTools.send('HeapProfiler.collectGarbage');
    const { metrics } = await devTools.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? Number.NaN;
  };
}

if (chromiumPath === undefined) {
  describe('the screen Live is not tested without Chromium', () => {
    it.todo('runs when Chromium is installed or set in CHROMIUM_PATH');
  });
} else {
  const path = chromiumPath;
  let database: TestDatabase;
  let server: ServerProcess;
  let browser: Browser;
  let api: Api;
  let workspaceId: string;
  let source: TestSource;
  beforeAll(async () => {
    database = await createTestDatabase();
    server = await ServerProcess.make({ DATABASE_URL: database.url });
    await server.start();
    ({ api, workspaceId } = await signInAsAdministrator(server.url));
    source = await makeSource(api, workspaceId, { provider: 'open' });
    browser = await startBrowser(path);
  }, 180_000);
  afterAll(async () => {
    await browser.close();
    await server.dispose();
    await database.drop();
  });

  const openLive = async (search = '', options: Parameters<typeof openDashboard>[3] = {}): Promise<Page> => {
    const page = await openDashboard(browser, server, `/w/${workspaceId}/live${search}`, options);
    await page.getByRole('heading', { name: 'Live', level: 1 }).waitFor();
    return page;
  };
  const rows = (page: Page) => page.getByRole('table').getByRole('link');
  const row = (page: Page, title: string) => rows(page).filter({ hasText: title });

  const publish = async (topic: string, count: number, title = 'an order'): Promise<void> => {
    const events = Array.from({ length: count }, (_, index) => ({
      channel: `topic:${workspaceId}/${topic}`,
      type: 'order:placed',
      payload: { title: `${title} ${index}` },
    }));
    const { status } = await api.post(`/v1/workspaces/${workspaceId}/events`, { events });
    expect(status).toBe(201);
  };

  describe('the screen Live', () => {
    it('shows a webhook at once, its payload beside the list, and the way to its delivery', async () => {
      const page = await openLive();
      const { deliveryId } = await post(source.url, 'the first webhook');
      await row(page, 'the first webhook').click();
      await page.getByText('deliveryId').waitFor();
      const delivery = page.getByRole('link', { name: 'Open the delivery' });
      expect(await delivery.getAttribute('href')).toContain(`/w/${workspaceId}/deliveries/${deliveryId}`);
      await page.reload();
      await page.getByRole('heading', { name: 'the first webhook', level: 2 }).waitFor();
      await page.goBack();
      await page.getByRole('link', { name: 'Open the delivery' }).waitFor({ state: 'detached' });
      await page.context().close();
    });

    it('filters by type and text, and keeps the filters in the address', async () => {
      await api.post(`/v1/workspaces/${workspaceId}/tasks`, { title: 'a filtered task' });
      await post(source.url, 'a filtered webhook');
      const page = await openLive();
      await row(page, 'a filtered task').waitFor();
      await page.getByRole('combobox', { name: 'Type' }).selectOption('task:created');
      await row(page, 'a filtered webhook').waitFor({ state: 'detached' });
      await page.getByRole('searchbox').fill('FILTERED');
      await page.waitForURL(/type=task%3Acreated.*q=FILTERED/);
      await page.reload();
      await row(page, 'a filtered task').waitFor();
      expect(await rows(page).count()).toBe(1);
      await page.getByRole('button', { name: 'Remove the filters' }).click();
      await row(page, 'a filtered webhook').waitFor();
      await page.context().close();
    });

    it('counts what arrives while it is paused, and shows it afterwards', async () => {
      const page = await openLive();
      await row(page, 'the first webhook').waitFor();
      await page.getByRole('button', { name: 'Pause' }).click();
      await post(source.url, 'sent while it is paused');
      await page.getByRole('button', { name: '1 new' }).waitFor();
      expect(await row(page, 'sent while it is paused').count()).toBe(0);
      await page.getByRole('button', { name: '1 new' }).click();
      await row(page, 'sent while it is paused').waitFor();
      await page.context().close();
    });

    it('closes a channel at once when the right is denied, and loads it again when it is granted', async () => {
      const email = 'live-bob@example.com';
      const bob = await signUp(api, email);
      const member = `/v1/workspaces/${workspaceId}/members/${bob.userId}`;
      await api.put(member, { role: 'member' });
      const person = { email, password: `password of ${email}` };
      const page = await openDashboard(browser, server, `/w/${workspaceId}/live`, {}, person);
      await row(page, 'the first webhook').waitFor();
      await api.put(member, { role: 'member', deny: ['webhooks:read'] });
      await row(page, 'the first webhook').waitFor({ state: 'detached' });
      await row(page, 'a filtered task').waitFor();
      await api.put(member, { role: 'member' });
      await row(page, 'the first webhook').waitFor();
      await page.context().close();
    });

    it(
      'answers clicks and keeps to its memory while 500 events arrive each second',
      async () => {
        await publish('load', 1, 'the begin');
        const page = await openLive();
        await row(page, 'the begin 0').waitFor();
        const heap = await heapOf(page);
        const load = async (seconds: number): Promise<void> => {
          for (const end = performance.now() + seconds * 1_000; performance.now() < end;) {
            const begin = performance.now();
            await publish('load', BURST);
            await page.waitForTimeout(Math.max(0, BURST_EVERY_MS - (performance.now() - begin)));
          }
        };
        const table = page.getByRole('table');
        await load(FIRST_HEAP_SECONDS);
        await eventually('the list has reached its bound', async () => {
          const count = await table.getAttribute('aria-rowcount');
          return count === '2001' || count === null;
        });
        const before = await heap();
        const rest = LOAD_SECONDS - FIRST_HEAP_SECONDS;
        const loading = load(rest);
        const answers = await page.evaluate<number[]>(`(${ANSWERS})(${rest * 5})`);
        await loading;
        const after = await heap();
        const middle = answers[Math.floor(answers.length / 2)] ?? 0;
        console.log(
          `Live at 500 events a second for ${LOAD_SECONDS} s: a click is answered after ${Math.round(middle)} ms ` +
            `(median; longest ${Math.round(answers.at(-1) ?? 0)} ms), heap ${mib(before)} MiB after ` +
            `${FIRST_HEAP_SECONDS} s, ${mib(after)} MiB at the end`,
        );
        expect(middle).toBeLessThan(100);
        expect(after).toBeLessThan(before * 1.25);
        await page.context().close();
      },
      LOAD_TIMEOUT_MS,
    );

    it.each([
      ['light', 1280],
      ['dark', 1280],
      ['light', 375],
    ] as const)('has no violation that axe finds, %s at %i px', async (theme, width) => {
      const page = await openLive(`?at=webhooks:${workspaceId}@1`, { theme, width });
      await page.getByText('deliveryId').waitFor();
      expect(await axeViolations(page)).toEqual([]);
      await page.getByRole('link', { name: 'Close the event' }).click();
      await rows(page).first().waitFor();
      expect(await axeViolations(page)).toEqual([]);
      await page.context().close();
    });

    it('shows every event once after the server was killed and started again, the missed ones marked', async () => {
      await post(source.url, 'sent before the kill');
      const page = await openLive(`?channel=webhooks:${workspaceId}`);
      // As high as all rows, so that the document has each of them.
      await page.setViewportSize({ width: 1280, height: 4_500 });
      await row(page, 'sent before the kill').waitFor();
      let number = 0;
      const send = async (count: number): Promise<void> => {
        for (let sent = 0; sent < count; sent++) {
          // A delivery whose answer was lost may be in the log as well; only the log decides.
          await post(source.url, `webhook number ${++number}`).catch(() => undefined);
        }
      };
      await send(5);
      const sending = send(20);
      await server.kill();
      await sending;
      await page.getByRole('button', { name: 'Reconnect' }).waitFor();
      await page.context().setOffline(true);
      await server.start();
      await api.logIn('admin@example.com', 'correct horse battery staple');
      await send(10);
      await eventually('the missed webhooks are in the log', async () => {
        const titles = (await webhookEvents(api, workspaceId)).map(({ payload }) => payload.title);
        return titles.includes(`webhook number ${number}`);
      });
      await page.context().setOffline(false);
      await page.locator('[data-state="open"]').waitFor();
      await send(1);
      await row(page, `webhook number ${number}`).waitFor();
      const logged = await webhookEvents(api, workspaceId);
      const titles = (await rows(page).allTextContents()).map((text) => text.replace(/^↺ while away/, ''));
      expect(titles).toEqual(logged.toReversed().map(({ payload }) => payload.title));
      expect(await row(page, 'while away').count()).toBeGreaterThanOrEqual(10);
      expect(await row(page, `webhook number ${number}`).textContent()).not.toContain('while away');
      await page.getByText('came while the connection was away').waitFor();
      await page.context().close();
    }, 240_000);
  });
}
