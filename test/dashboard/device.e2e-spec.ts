import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { Api } from '../support/api.js';
import { ADMIN, startTidings, type RunningTidings } from '../support/app.js';
import { chromiumPath, startBrowser } from '../support/browser.js';
import { axeViolations, openDashboard } from '../support/dashboard.js';

if (chromiumPath === undefined) {
  describe('the screen that approves a device is not tested without Chromium', () => {
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
    await browser?.close();
    await tidings?.stop();
  });

  interface Codes {
    readonly deviceCode: string;
    readonly userCode: string;
  }

  const begin = async (): Promise<Codes> =>
    (await new Api(tidings.url).post<Codes & Record<string, unknown>>('/v1/auth/device', { name: 'build server' }))
      .body;
  const ask = (deviceCode: string) => new Api(tidings.url).post('/v1/auth/device/token', { deviceCode });

  describe('the screen of a device', () => {
    it('signs the user in first, shows the device, and approves it', async () => {
      const { deviceCode, userCode } = await begin();
      const page = await openDashboard(browser, tidings, `/device?code=${userCode}`);
      await page.getByText('build server').waitFor();
      await page.getByText(userCode).waitFor();
      await page.getByRole('button', { name: 'Approve' }).click();
      await page.getByRole('status').getByText('Approved.').waitFor();
      const { body } = await ask(deviceCode);
      expect(body).toMatchObject({ user: { email: ADMIN.email } });
      await page.context().close();
    });

    it('shows no other text of a link as a code', async () => {
      const { userCode } = await begin();
      const page = await openDashboard(browser, tidings, `/device?code=${encodeURIComponent(`checked ${userCode}`)}`);
      await page.getByRole('textbox', { name: 'Code' }).waitFor();
      expect(await page.getByText('checked').count()).toBe(0);
      await page.context().close();
    });

    it('takes a typed code, says when it is wrong, and refuses a device', async () => {
      const { deviceCode, userCode } = await begin();
      const page = await openDashboard(browser, tidings, '/device');
      await page.getByRole('textbox', { name: 'Code' }).fill('BBBB-BBBB');
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByRole('alert').getByText('device.code-invalid').waitFor();
      await page.getByRole('textbox', { name: 'Code' }).fill(userCode.toLowerCase());
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByRole('button', { name: 'Refuse' }).click();
      await page.getByRole('status').getByText('Refused.').waitFor();
      expect((await ask(deviceCode)).body).toMatchObject({ code: 'device.refused' });
      await page.context().close();
    });

    it('is not shown before a first password is replaced', async () => {
      const [email, password] = ['first-password@example.com', 'a password that was given'];
      await tidings.api.post('/v1/users', { email, password, mustChangePassword: true });
      const { userCode } = await begin();
      const page = await (await browser.newContext()).newPage();
      await page.goto(`${tidings.url}/device?code=${userCode}`);
      await page.getByLabel('E-mail').fill(email);
      await page.getByLabel('Password').fill(password);
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await page.getByRole('heading', { name: 'Choose your own password' }).waitFor();
      expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0);
      await page.context().close();
    });

    it.each([
      ['light', 1280],
      ['dark', 1280],
      ['light', 375],
    ] as const)('has no violation that axe finds, %s at %i px', async (theme, width) => {
      const { userCode } = await begin();
      const page = await openDashboard(browser, tidings, `/device?code=${userCode}`, { theme, width });
      const approve = page.getByRole('button', { name: 'Approve' });
      await approve.waitFor();
      expect(await axeViolations(page)).toEqual([]);
      await approve.focus();
      await page.keyboard.press('Enter');
      await page.getByRole('status').getByText('Approved.').waitFor();
      expect(await axeViolations(page)).toEqual([]);
      await page.goto(`${tidings.url}/device`);
      await page.getByLabel('Code').waitFor();
      expect(await axeViolations(page)).toEqual([]);
      await page.context().close();
    });
  });
}
