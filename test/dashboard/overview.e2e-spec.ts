import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { Browser, Page } from 'playwright-core';
import { signUp } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { chromiumPath, startBrowser } from '../support/browser.js';
import { axeViolations, openDashboard, takePicture } from '../support/dashboard.js';
import { makeSource, post } from '../support/webhooks.js';

if (chromiumPath === undefined) {
  describe('the screen Overview is not tested without Chromium', () => {
    it.todo('runs when Chromium is installed or set in CHROMIUM_PATH');
  });
} else {
  const path = chromiumPath;
  let tidings: RunningTidings;
  let browser: Browser;
  beforeAll(async () => {
    tidings = await startTidings();
    browser = await startBrowser(path);
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await tidings.stop();
  });

  const address = (search = ''): string => `/w/${tidings.workspaceId}/overview${search}`;
  const figure = (page: Page, name: string, value: string) =>
    page.locator('dl > div').filter({ hasText: name }).getByText(value, { exact: true });

  describe('the screen Overview', () => {
    it('ticks a first step off and counts the webhook without a reload', async () => {
      const page = await openDashboard(browser, tidings, address());
      await page.getByText('0 of 5 done').waitFor();
      await page.getByText(`curl -d "this is for WebSocketyness" ${tidings.openSourceUrl}`).waitFor();
      await post(tidings.openSourceUrl, 'the first one');
      await page.getByText('1 of 5 done').waitFor();
      await figure(page, 'Received', '1').waitFor();
      await page.getByRole('img', { name: 'Deliveries by status over the last 24 hours' }).waitFor();
      await page.context().close();
    });

    it('ticks the second window off, and hides the steps for good when asked to', async () => {
      const page = await openDashboard(browser, tidings, address());
      const [other] = await Promise.all([
        page.context().waitForEvent('page'),
        page.getByRole('link', { name: 'Open a window' }).click(),
      ]);
      await page.getByText('2 of 5 done').waitFor();
      await other.close();
      await page.getByRole('button', { name: 'Hide the first steps' }).click();
      await page.reload();
      await page.getByRole('heading', { name: 'Needs attention' }).waitFor();
      await figure(page, 'Received', '1').waitFor();
      expect(await page.getByRole('heading', { name: 'First steps' }).count()).toBe(0);
      await page.context().close();
    });

    it('names what needs attention, each with the place where it is mended', async () => {
      const silent = await makeSource(tidings.api, tidings.workspaceId, {
        provider: 'open',
        name: 'the silent one',
        expectEverySeconds: 60,
      });
      const { deliveryId } = await post(tidings.openSourceUrl, 'fails');
      const client = new pg.Client({ connectionString: tidings.databaseUrl });
      await client.connect();
      await client.query(`UPDATE sources SET created_at = now() - interval '1 hour' WHERE id = $1`, [silent.id]);
      await client.query(`UPDATE deliveries SET status = 'failed', error = 'a test' WHERE id = $1`, [deliveryId]);
      await client.end();
      const page = await openDashboard(browser, tidings, address());
      const failed = page.getByRole('link', { name: /1 delivery has no attempts left/ });
      expect(await failed.getAttribute('href')).toContain(`/w/${tidings.workspaceId}/deliveries?status=failed`);
      const quiet = page.getByRole('link', { name: /the silent one: no webhook yet, one is expected every 1 min/ });
      expect(await quiet.getAttribute('href')).toContain(`/sources/${silent.id}`);
      await takePicture('overview', page);
      await page.context().close();
    });

    it('keeps the range in the address', async () => {
      const page = await openDashboard(browser, tidings, address('?range=7d'));
      await page.getByRole('img', { name: 'Deliveries by status over the last 7 days' }).waitFor();
      await page.getByRole('navigation', { name: 'Range' }).getByRole('link', { name: '1 h' }).click();
      await page.getByRole('img', { name: 'Deliveries by status over the last hour' }).waitFor();
      expect(new URL(page.url()).searchParams.get('range')).toBe('1h');
      await page.context().close();
    });

    it('closes at once when the right to read webhooks is denied, and comes back when it is granted', async () => {
      const email = 'overview-bob@example.com';
      const bob = await signUp(tidings.api, email);
      const member = `/v1/workspaces/${tidings.workspaceId}/members/${bob.userId}`;
      await tidings.api.put(member, { role: 'member' });
      const page = await openDashboard(browser, tidings, address(), {}, { email, password: `password of ${email}` });
      await page.getByRole('heading', { name: 'Needs attention' }).waitFor();
      expect(await page.getByRole('heading', { name: 'Endpoints' }).count()).toBe(0);
      await tidings.api.put(member, { role: 'member', deny: ['webhooks:read'] });
      await page.getByText('takes the permission webhooks:read').waitFor();
      expect(await page.getByRole('heading', { name: 'Sources', level: 2 }).count()).toBe(0);
      await tidings.api.put(member, { role: 'member' });
      await page.getByRole('heading', { name: 'Needs attention' }).waitFor();
      await page.context().close();
    });

    it.each([
      ['light', 1280],
      ['dark', 1280],
      ['light', 375],
    ] as const)('has no violation that axe finds, %s at %i px', async (theme, width) => {
      const page = await openDashboard(browser, tidings, address(), { theme, width });
      await page.getByRole('img', { name: 'Deliveries by status over the last 24 hours' }).waitFor();
      await page.getByRole('heading', { name: 'First steps' }).waitFor();
      expect(await axeViolations(page)).toEqual([]);
      await page.context().close();
    });
  });
}
