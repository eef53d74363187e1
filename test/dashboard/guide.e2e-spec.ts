import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { ADMIN, startTidings, type RunningTidings } from '../support/app.js';
import { chromiumPath, startBrowser } from '../support/browser.js';
import { axeViolations, openDashboard } from '../support/dashboard.js';
import { blocksOf } from '../support/guide/blocks.js';
import { Reader } from '../support/guide/reader.js';

if (chromiumPath === undefined) {
  describe('the guide is not tested in a browser without Chromium', () => {
    it.todo('runs when Chromium is installed or set in CHROMIUM_PATH');
  });
} else {
  const path = chromiumPath;
  let tidings: RunningTidings;
  let browser: Browser;

  beforeAll(async () => {
    tidings = await startTidings();
    browser = await startBrowser(path);
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await tidings.stop();
  });

  /** Opens a page, and collects what the policy refuses, errors, and requests to other servers. */
  async function read(to: string, theme: 'light' | 'dark'): Promise<{ page: Page; faults: string[] }> {
    const context = await browser.newContext({ colorScheme: theme, viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    const faults: string[] = [];
    page.on(
      'console',
      (message) => message.type() === 'error' && faults.push(`${message.text()} ${message.location().url}`),
    );
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('request', (request) => new URL(request.url()).origin !== tidings.url && faults.push(request.url()));
    await page.goto(`${tidings.url}/docs/guide/${to}`);
    return { page, faults };
  }

  describe('the guide in a browser', () => {
    it.each(['light', 'dark'] as const)(
      'runs under the content security policy and finds a page, %s',
      async (theme) => {
        const { page, faults } = await read('', theme);
        await page.locator(theme === 'dark' ? 'html.dark' : 'html:not(.dark)').waitFor();
        await page.getByRole('button', { name: 'Search' }).first().click();
        await page.getByRole('searchbox').fill('idempotency-key');
        await page
          .getByRole('link', { name: /Ids: repeat a call/ })
          .first()
          .click();
        await page.waitForURL(/\/docs\/guide\/publish#/);
        await page.getByRole('heading', { name: 'Publish', level: 1 }).waitFor();
        await page.getByRole('link', { name: 'Permissions', exact: true }).first().click();
        await page.getByRole('heading', { name: 'Permissions', level: 1 }).waitFor();
        await page.getByRole('switch').first().click();
        await page.locator(theme === 'dark' ? 'html:not(.dark)' : 'html.dark').waitFor();
        expect(faults).toEqual([]);
        await page.context().close();
      },
    );

    it.each(['light', 'dark'] as const)('has no violation that axe finds on its pages, %s', async (theme) => {
      for (const to of ['getting-started', 'coming-from/pusher']) {
        const { page } = await read(to, theme);
        await page.getByRole('heading', { level: 1 }).waitFor();
        expect(await axeViolations(page)).toEqual([]);
        await page.context().close();
      }
    });

    it('leads a newcomer to a webhook on the screen', async () => {
      const { url, workspaceId, openSourceUrl } = tidings;
      const reader = new Reader({ url, ...ADMIN, workspaceId, openSourceUrl }, {});
      try {
        const page = await openDashboard(browser, tidings);
        await page.getByRole('link', { name: 'Live', exact: true }).click();
        await page.getByRole('heading', { name: 'Live', level: 1 }).waitFor();
        const blocks = blocksOf('getting-started');
        const sent = blocks.findIndex(({ code }) => code.includes('Hello, Tidings'));
        for (const block of blocks.slice(0, sent + 1)) await reader.follow(block);
        await page.getByText('Hello, Tidings').first().waitFor();
        await page.context().close();
      } finally {
        await reader.stop();
      }
    });

    it('is opened from the command palette of the dashboard, and from its help', async () => {
      const page = await openDashboard(browser, tidings);
      await page.keyboard.press('?');
      const link = page.getByRole('dialog').getByRole('link', { name: 'Read the guide' });
      expect(await link.getAttribute('href')).toBe(`${tidings.url}/docs/guide/`);
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+k');
      const opened = page.context().waitForEvent('page');
      await page.getByRole('option', { name: 'Open the guide' }).click();
      await (await opened).getByRole('heading', { name: 'The guide to Tidings' }).waitFor();
      await page.context().close();
    });
  });
}
