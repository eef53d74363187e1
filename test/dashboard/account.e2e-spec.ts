import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { Api, signUp } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { chromiumPath, startBrowser } from '../support/browser.js';
import { axeViolations, openDashboard, type Person, type WindowOptions } from '../support/dashboard.js';

if (chromiumPath === undefined) {
  describe('the account of the dashboard is not tested without Chromium', () => {
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

  async function member(email: string): Promise<Person> {
    const { userId } = await signUp(tidings.api, email);
    const address = `/v1/workspaces/${tidings.workspaceId}/members/${userId}`;
    await tidings.api.put(address, { role: 'member', grant: [], deny: [] });
    return { email, password: `password of ${email}` };
  }

  async function open(person: Person, options?: WindowOptions): Promise<Page> {
    const page = await openDashboard(browser, tidings, `/w/${tidings.workspaceId}/account`, options, person);
    await page.getByRole('heading', { name: 'API keys' }).waitFor();
    return page;
  }

  async function createKey(page: Page, name: string): Promise<string> {
    await page.getByRole('button', { name: 'Create a key' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill(name);
    await dialog.getByLabel('tasks:read').check();
    await dialog.getByLabel('More scopes').fill('topics:read:orders/*');
    await dialog.getByRole('button', { name: 'Create a key' }).click();
    return page.getByRole('dialog').getByLabel('API key', { exact: true }).innerText();
  }

  const statusWith = async (key: string): Promise<number> => {
    const api = new Api(tidings.url);
    api.token = key;
    return (await api.get(`/v1/workspaces/${tidings.workspaceId}/tasks`)).status;
  };

  describe('the account in the dashboard', () => {
    it('creates a key with its scopes, shows it once, and revokes it', async () => {
      const page = await open(await member('keys@example.com'));
      const key = await createKey(page, 'Nightly export');
      expect(key).toMatch(/^tk_/);
      expect(await statusWith(key)).toBe(200);
      await page.getByRole('button', { name: 'I have copied it' }).click();
      const row = page.getByRole('row', { name: /Nightly export/ });
      await row.getByText('tasks:read topics:read:orders/*').waitFor();
      await page.reload();
      await row.waitFor();
      expect(await page.content()).not.toContain(key);
      await row.getByRole('button', { name: 'Revoke Nightly export' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
      await page.getByText('“Nightly export” is revoked.').waitFor();
      await row.waitFor({ state: 'detached' });
      expect(await statusWith(key)).toBe(401);
      await page.context().close();
    });

    it('takes no key without a scope, and says what the server refuses', async () => {
      const page = await open(await member('scopes@example.com'));
      await page.getByRole('button', { name: 'Create a key' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Name').fill('Nothing');
      await dialog.getByRole('button', { name: 'Create a key' }).click();
      await dialog.getByText('A key needs at least one scope.').waitFor();
      await dialog.getByLabel('More scopes').fill('tasks:fly');
      await dialog.getByRole('button', { name: 'Create a key' }).click();
      await dialog.getByRole('alert').waitFor();
      await page.context().close();
    });

    it('changes the password, ends the other session, and keeps this one', async () => {
      const person = await member('password@example.com');
      const [page, other] = await Promise.all([open(person), open(person)]);
      const next = 'a much longer pass phrase';
      const fill = async (current: string, again: string): Promise<void> => {
        await page.getByLabel('Current password').fill(current);
        await page.getByLabel('New password', { exact: true }).fill(next);
        await page.getByLabel('New password again').fill(again);
        await page.getByRole('button', { name: 'Change the password' }).click();
      };
      await fill(person.password, 'something else, as long');
      await page.getByText('The two new passwords differ.').waitFor();
      await fill('this is not the password', next);
      await page.getByRole('alert').getByText('auth.wrong-password').waitFor();
      await fill(person.password, next);
      await page.getByText('The password is changed.').waitFor();
      await other.getByRole('heading', { name: 'Sign in' }).waitFor();
      await page.reload();
      await page.getByRole('heading', { name: 'API keys' }).waitFor();
      await expect(new Api(tidings.url).logIn(person.email, person.password)).rejects.toThrow('auth.wrong-login');
      await new Api(tidings.url).logIn(person.email, next);
      await Promise.all([page.context().close(), other.context().close()]);
    });

    it('logs out everywhere', async () => {
      const person = await member('everywhere@example.com');
      const [page, other] = await Promise.all([open(person), open(person)]);
      await page.getByRole('button', { name: 'Log out everywhere' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Log out everywhere' }).click();
      for (const each of [page, other]) await each.getByRole('heading', { name: 'Sign in' }).waitFor();
      await Promise.all([page.context().close(), other.context().close()]);
    });

    it('follows a change of rights and keeps the chosen theme', async () => {
      const person = await member('theme@example.com');
      const page = await open(person);
      const me = page.locator('dl');
      await me.getByText('tasks:write').waitFor();
      const { body } = await tidings.api.get<{ items: { email: string; userId: string }[] }>(
        `/v1/workspaces/${tidings.workspaceId}/members?limit=100`,
      );
      const id = body.items.find(({ email }) => email === person.email)?.userId;
      await tidings.api.put(`/v1/workspaces/${tidings.workspaceId}/members/${id}`, { role: 'viewer' });
      await me.getByText('viewer').waitFor();
      await me.getByText('tasks:write').waitFor({ state: 'detached' });
      await page.getByLabel('Dark').check();
      await page.locator('html[data-theme="dark"]').waitFor();
      await page.reload();
      await page.locator('html[data-theme="dark"]').waitFor();
      await page.context().close();
    });

    it.each([
      ['light', 1280],
      ['dark', 1280],
      ['light', 375],
    ] as const)('has no violation that axe finds, %s at %i px', async (theme, width) => {
      const page = await open(await member(`axe-${theme}-${width}@example.com`), { theme, width });
      await createKey(page, 'For axe');
      expect(await axeViolations(page)).toEqual([]);
      await page.getByRole('button', { name: 'I have copied it' }).click();
      await page.getByRole('row', { name: /For axe/ }).waitFor();
      expect(await axeViolations(page)).toEqual([]);
      await page.getByRole('button', { name: 'Create a key' }).click();
      await page.getByRole('dialog').getByLabel('Name').waitFor();
      expect(await axeViolations(page)).toEqual([]);
      await page.context().close();
    });
  });
}
