import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { signUp, type Api } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { chromiumPath, startBrowser } from '../support/browser.js';
import { axeViolations, openDashboard } from '../support/dashboard.js';

if (chromiumPath === undefined) {
  describe('the screen Settings is not tested without Chromium', () => {
    it.todo('runs when Chromium is installed or set in CHROMIUM_PATH');
  });
} else {
  const path = chromiumPath;
  let tidings: RunningTidings;
  let browser: Browser;
  let bob: Api;
  const address = (rest = '') => `/w/${tidings.workspaceId}/settings${rest}`;
  const workspace = (rest: string) => `/v1/workspaces/${tidings.workspaceId}${rest}`;

  beforeAll(async () => {
    tidings = await startTidings();
    browser = await startBrowser(path);
    bob = await signUp(tidings.api, 'bob@example.com');
    await tidings.api.put(workspace(`/members/${bob.userId}`), { role: 'member' });
    await tidings.api.put(workspace('/event-types/order:paid'), { description: 'Paid', schema: { type: 'object' } });
  });
  afterAll(async () => {
    await browser.close();
    await tidings.stop();
  });

  describe('the screen Settings', () => {
    it('renames the workspace, in the switch of workspaces too', async () => {
      const page = await openDashboard(browser, tidings, address());
      await page.getByLabel('Name', { exact: true }).fill('Sales');
      await page.getByRole('button', { name: 'Rename' }).click();
      await page.getByText('The workspace has a new name').waitFor();
      await page.getByRole('option', { name: 'Sales' }).waitFor({ state: 'attached' });
      await page.context().close();
    });

    it('replaces the rules of retention, and says which rule the server would refuse', async () => {
      const page = await openDashboard(browser, tidings, address());
      await page.getByRole('button', { name: 'Add a rule' }).click();
      await page.getByLabel('Topics').fill('Orders/*');
      await page.getByText('Give a path, a path that ends with /*, or *.').waitFor();
      await page.getByLabel('Topics').fill('orders/*');
      await page.getByText('Set an age, a number of events or both.').waitFor();
      await page.getByLabel('Keep for at most').fill('7');
      await page.getByLabel('Events at most').fill('10000');
      await page.getByRole('button', { name: 'Save the rules' }).click();
      await page.getByText('The rules are saved').waitFor();
      const { body } = await tidings.api.get(workspace('/topics/retention'));
      expect(body).toEqual({ rules: [{ topics: 'orders/*', maxAgeSeconds: 604_800, maxEvents: 10_000 }] });
      await page.getByRole('button', { name: 'Remove the rule for orders/*' }).click();
      await page.getByRole('button', { name: 'Save the rules' }).click();
      await page.getByText('No topic has a rule of its own.').waitFor();
      await page.context().close();
    });

    it('adds an event type with its schema, and deletes it', async () => {
      const page = await openDashboard(browser, tidings, address('?type=%2B'));
      await page.getByLabel('Type', { exact: true }).fill('order:sent');
      await page.getByLabel('JSON Schema of the payload').fill('{"type":');
      await page.getByText('This is not a JSON object, true or false.').waitFor();
      await page.getByLabel('JSON Schema of the payload').fill('{"type":"object","required":["order"]}');
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByText('order:sent is saved').waitFor();
      const { body } = await tidings.api.get(workspace('/event-types/order:sent'));
      expect(body).toMatchObject({ schema: { type: 'object', required: ['order'] } });
      await page.getByRole('button', { name: 'Delete', exact: true }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
      await page.getByText('order:sent is deleted').waitFor();
      await page.context().close();
    });

    it('shows a member the catalogue, and nothing to change', async () => {
      const person = { email: 'bob@example.com', password: 'password of bob@example.com' };
      const page = await openDashboard(browser, tidings, address('?type=order:paid'), {}, person);
      await page.getByRole('heading', { name: 'order:paid' }).waitFor();
      expect(await page.getByRole('heading', { name: 'Retention of topics' }).count()).toBe(0);
      expect(await page.getByRole('button', { name: /Save|Delete|Add|Rename/ }).count()).toBe(0);
      await page.context().close();
    });

    it.each([
      ['light', 1280],
      ['dark', 1280],
      ['light', 375],
    ] as const)('has no violation that axe finds, %s at %i px', async (theme, width) => {
      const page = await openDashboard(browser, tidings, address('?type=order:paid'), { theme, width });
      await page.getByRole('button', { name: 'Add a rule' }).click();
      await page.getByRole('heading', { name: 'order:paid' }).waitFor();
      expect(await axeViolations(page)).toEqual([]);
      await page.context().close();
    });
  });
}
