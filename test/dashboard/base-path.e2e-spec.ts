import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { freePort, startTidings, type RunningTidings } from '../support/app.js';
import { chromiumPath, startBrowser } from '../support/browser.js';
import { openDashboard } from '../support/dashboard.js';
import { PathProxy } from '../support/path-proxy.js';

if (chromiumPath === undefined) {
  describe('the dashboard is not tested without Chromium', () => {
    it.todo('runs when Chromium is installed or set in CHROMIUM_PATH');
  });
} else {
  const path = chromiumPath;
  let proxy: PathProxy;
  let tidings: RunningTidings;
  let browser: Browser;
  beforeAll(async () => {
    proxy = await PathProxy.start('/tidings');
    const port = await freePort();
    proxy.to(`http://127.0.0.1:${port}`);
    [tidings, browser] = await Promise.all([
      startTidings({ PORT: String(port), PUBLIC_URL: proxy.url }),
      startBrowser(path),
    ]);
  });
  afterAll(async () => {
    await browser.close();
    await tidings.stop();
    proxy.stop();
  });

  describe('the dashboard behind a proxy below a path', () => {
    it('signs in, follows live events, and stays there after a reload, all below the path', async () => {
      const page = await openDashboard(browser, proxy, '/');
      await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
      const screen = (name: string) => `/tidings/w/${tidings.workspaceId}/${name}`;
      expect(new URL(page.url()).pathname).toBe(screen('overview'));
      await page.getByRole('link', { name: 'Playground' }).click();
      await page.getByRole('button', { name: 'Connect', exact: true }).click();
      await page.locator('[data-playground="open"]').waitFor();
      await page.reload();
      await page.getByRole('heading', { name: 'Playground', level: 1 }).waitFor();
      await page.locator('[data-state="open"]').waitFor();
      expect(new URL(page.url()).pathname).toBe(screen('playground'));
      expect(proxy.outside.filter((asked) => asked !== '/favicon.ico')).toEqual([]);
      await page.context().close();
    });

    it('shows the address below the path in its snippets', async () => {
      const page = await openDashboard(browser, proxy, `/w/${tidings.workspaceId}/playground`);
      await page.getByText(`curl -N -H "Authorization: Bearer $TOKEN" "${proxy.url}/v1/stream?`).waitFor();
      await page.context().close();
    });

    it('serves the guide, whose links and search stay below the path', async () => {
      const page = await (await browser.newContext()).newPage();
      await page.goto(`${proxy.url}/docs/guide`);
      await page.getByRole('link', { name: 'Permissions', exact: true }).first().click();
      await page.getByRole('heading', { name: 'Permissions', level: 1 }).waitFor();
      await page.getByRole('button', { name: 'Search' }).first().click();
      await page.getByRole('searchbox').fill('asynchronous-standby');
      await page
        .getByRole('link', { name: /Readiness/ })
        .first()
        .click();
      await page.waitForURL(/\/tidings\/docs\/guide\/operations#/);
      await page.reload();
      await page.getByRole('heading', { name: 'Readiness' }).waitFor();
      expect(proxy.outside.filter((asked) => asked !== '/favicon.ico')).toEqual([]);
      await page.context().close();
    });
  });
}
