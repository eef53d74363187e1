import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { startTidings, type RunningTidings } from '../support/app.js';
import { chromiumPath, startBrowser } from '../support/browser.js';
import { axeViolations, openDashboard } from '../support/dashboard.js';

if (chromiumPath === undefined) {
  describe('the dashboard is not tested without Chromium', () => {
    it.todo('runs when Chromium is installed or set in CHROMIUM_PATH');
  });
} else {
  const path = chromiumPath;
  let tidings: RunningTidings;
  let browser: Browser;
  beforeAll(async () => {
    tidings = await startTidings();
    browser = await startBrowser(path);
  });
  afterAll(async () => {
    await browser.close();
    await tidings.stop();
  });

  describe('the frame of the dashboard', () => {
    it.each([
      ['light', 1280],
      ['dark', 1280],
      ['light', 375],
    ] as const)('has no violation that axe finds, %s at %i px', async (theme, width) => {
      const page = await openDashboard(browser, tidings, '/', { theme, width });
      await page.getByRole('heading', { name: 'Overview' }).waitFor();
      expect(await axeViolations(page)).toEqual([]);
      await page.context().close();
    });

    it('signs in, goes to a screen by two keys, and signs out', async () => {
      const page = await openDashboard(browser, tidings);
      await page.getByRole('heading', { name: 'Overview' }).waitFor();
      await page.keyboard.press('g');
      await page.keyboard.press('d');
      await page.getByRole('heading', { name: 'Deliveries', level: 1 }).waitFor();
      expect(new URL(page.url()).pathname).toBe(`/w/${tidings.workspaceId}/deliveries`);
      await page.reload();
      await page.getByRole('heading', { name: 'Deliveries', level: 1 }).waitFor();
      await page.getByRole('button', { name: 'Your account' }).click();
      await page.getByRole('menuitem', { name: 'Sign out' }).click();
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
      await page.context().close();
    });

    it('says why a wrong password is refused, with its code', async () => {
      const page = await browser.newPage();
      await page.goto(tidings.url);
      await page.getByLabel('E-mail').fill('nobody@example.com');
      await page.getByLabel('Password').fill('not the password');
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await page.getByRole('alert').getByText('auth.wrong-login').waitFor();
      await page.close();
    });

    it.each([
      ['/notification-preferences', 'Notifications'],
      ['/status', 'Status'],
      ['/tasks/01a22958-b156-7560-a70c-6c616eaa1ecb', 'Tasks'],
      ['/workspaces/<ws>/sources', 'Sources'],
    ])('opens %s, an address of a mail, as the screen %s', async (address, heading) => {
      const page = await openDashboard(browser, tidings, address.replace('<ws>', tidings.workspaceId));
      await page.getByRole('heading', { name: heading, level: 1 }).waitFor();
      expect(new URL(page.url()).pathname).toMatch(/^\/w\//);
      await page.context().close();
    });

    it('sends the same code with each compression', async () => {
      const html = await (await fetch(tidings.url)).text();
      const [script] = html.match(/assets\/index-[^"]*\.js/) ?? [];
      const load = async (encoding: string) => {
        const response = await fetch(`${tidings.url}/${script}`, { headers: { 'accept-encoding': encoding } });
        expect(response.headers.get('content-encoding') ?? 'identity').toBe(encoding);
        return response.text();
      };
      const plain = await load('identity');
      expect(plain.length).toBeGreaterThan(100_000);
      expect((await load('br')) === plain).toBe(true);
      expect((await load('gzip')) === plain).toBe(true);
    });

    it('opens a screen by the palette', async () => {
      const page = await openDashboard(browser, tidings);
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox').last().fill('tasks');
      await page.getByRole('option', { name: 'Tasks', selected: true }).waitFor();
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Tasks', level: 1 }).waitFor();
      await page.context().close();
    });
  });
}
