import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { startTidings, type RunningTidings } from '../support/app.js';
import { chromiumPath, startBrowser } from '../support/browser.js';
import { axeViolations, openDashboard } from '../support/dashboard.js';

let tidings: RunningTidings;
let browser: Browser;
let page: Page;

const open = () => openDashboard(browser, tidings, `/w/${tidings.workspaceId}/status`);
const own = () => page.locator('section', { hasText: 'Your status' });
const set = (body: object) => tidings.api.put(`/v1/users/${tidings.api.userId}/status`, body);

if (chromiumPath === undefined) {
  describe('the status is not tested without Chromium', () => {
    it.todo('runs when Chromium is installed or set in CHROMIUM_PATH');
  });
} else {
  const path = chromiumPath;
  beforeAll(async () => {
    [tidings, browser] = await Promise.all([startTidings(), startBrowser(path)]);
  });
  afterAll(async () => {
    await browser.close();
    await tidings.stop();
  });
  afterEach(async () => {
    await page.context().close();
    await set({ status: 'inactive' });
  });

  describe('the status screen', () => {
    it('counts down, and changes on screen when the server lets the timer come due', async () => {
      page = await open();
      await own().getByText('inactive').waitFor();
      const other = await page.context().newPage();
      await other.goto(page.url());
      await other.getByText('No timer is set').waitFor();
      await page.getByRole('button', { name: '1 minute' }).click();
      await own().getByText('pending').waitFor();
      await page
        .getByRole('timer')
        .getByText(/^00:00:5\d$/)
        .waitFor();
      // The other window hears of the timer and of its end by the user's own channel.
      await other.getByRole('timer').waitFor();
      await set({ status: 'pending', activateAt: new Date(Date.now() + 2_000).toISOString() });
      await own().getByText('made the status active').waitFor();
      await other.getByText('made the status active').waitFor();
      expect(await page.getByRole('timer').count()).toBe(0);
      await page.getByRole('cell', { name: 'status_activated' }).waitFor();
    });

    it('sets the timer to a date, three days ahead at first, and cancels it', async () => {
      page = await open();
      await page.getByRole('button', { name: 'Set the timer' }).click();
      await page
        .getByRole('timer')
        .getByText(/^2 d 23:59:\d\d$/)
        .waitFor();
      await page.getByLabel('Becomes active at').fill('2030-01-02T03:04:05');
      await page.getByRole('button', { name: 'Reset the timer' }).click();
      await own().getByText('Jan 2, 2030, 3:04:05').waitFor();
      await page.getByRole('button', { name: 'Cancel the timer' }).click();
      await own().getByText('inactive').waitFor();
    });

    it.each([
      ['light', 1280],
      ['dark', 1280],
      ['light', 375],
    ] as const)('has no violation that axe finds, %s at %i px', async (theme, width) => {
      page = await openDashboard(browser, tidings, `/w/${tidings.workspaceId}/status`, { theme, width });
      await page.getByRole('button', { name: '1 hour' }).click();
      await page.getByRole('timer').waitFor();
      expect(await axeViolations(page)).toEqual([]);
    });
  });
}
