import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { signUp, type Api } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { BrowserSession } from '../support/browser-session.js';
import { chromiumPath, startBrowser } from '../support/browser.js';
import { axeViolations, openDashboard, type Person, type WindowOptions } from '../support/dashboard.js';

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const SIZES = [
  ['light', 1280],
  ['dark', 1280],
  ['light', 375],
] as const;

if (chromiumPath === undefined) {
  describe('the life of a workspace in the dashboard is not tested without Chromium', () => {
    it.todo('runs when Chromium is installed or set in CHROMIUM_PATH');
  });
} else {
  const path = chromiumPath;
  let tidings: RunningTidings;
  let browser: Browser;
  let owner: Api;
  let bob: Api;
  let ws: string;
  let name: string;
  let count = 0;
  const bobPerson: Person = { email: 'bob@example.com', password: 'password of bob@example.com' };

  beforeAll(async () => {
    tidings = await startTidings();
    owner = tidings.api;
    browser = await startBrowser(path);
    bob = await signUp(owner, bobPerson.email);
  });
  afterAll(async () => {
    await browser.close();
    await tidings.stop();
  });
  beforeEach(async () => {
    name = `Sales ${++count}`;
    const { body } = await owner.post<{ id: string }>('/v1/workspaces', { name });
    ws = body.id;
    await owner.put(`/v1/workspaces/${ws}/members/${bob.userId}`, { role: 'admin' });
  });

  const open = (screen: string, options?: WindowOptions, person?: Person): Promise<Page> =>
    openDashboard(browser, tidings, `/w/${ws}/${screen}`, options, person);
  const button = (page: Page, label: string) => page.getByRole('button', { name: label, exact: true });

  async function remove(page: Page): Promise<void> {
    await button(page, 'Delete the workspace').click();
    const dialog = page.getByRole('dialog');
    const confirm = dialog.getByRole('button', { name: 'Delete the workspace' });
    await dialog.getByLabel(`Type ${name} to confirm`).fill(name.toLowerCase());
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByLabel(`Type ${name} to confirm`).fill(name);
    await confirm.click();
    await page.getByText(`${name} is deleted`).waitFor();
  }

  describe('the settings of a workspace', () => {
    it('shorten its retention within the bounds of the installation', async () => {
      const page = await open('settings');
      const days = page.getByLabel('Days that deliveries are kept');
      await days.fill('31');
      expect(await days.evaluate((input: { checkValidity(): boolean }) => input.checkValidity())).toBe(false);
      await days.fill('7');
      await button(page, 'Save the retention').click();
      await page.getByText('The retention is saved').waitFor();
      const { body } = await owner.get(`/v1/workspaces/${ws}`);
      expect(body['retention']).toMatchObject({ eventsDays: null, deliveriesDays: 7 });
      await page.context().close();
    });

    it('export it as a file', async () => {
      const page = await open('settings');
      const [file] = await Promise.all([page.waitForEvent('download'), button(page, 'Export the workspace').click()]);
      expect(file.suggestedFilename()).toBe(`workspace-${ws}.jsonl`);
      const lines = readFileSync(await file.path(), 'utf8')
        .trimEnd()
        .split('\n');
      expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ kind: 'end', counts: { member: 2 } });
      await page.context().close();
    });

    it('transfer it to another member, and the former owner can then neither transfer nor delete it', async () => {
      const page = await open('settings');
      await button(page, 'Transfer the workspace').click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('New owner').selectOption(bob.userId);
      await dialog.getByRole('button', { name: 'Transfer the workspace' }).click();
      await page.getByText('owns the workspace now').waitFor();
      await button(page, 'Delete the workspace').waitFor({ state: 'detached' });
      expect((await bob.get(`/v1/workspaces/${ws}`)).body).toMatchObject({ role: 'owner' });
      await page.context().close();
    });

    it('delete it after its name was typed, close it for others at once, and undo that', async () => {
      const other = await open('tasks', {}, bobPerson);
      const page = await open('settings');
      await remove(page);
      await page.waitForURL((url) => !url.pathname.includes(ws));
      await other
        .getByText('You are not a member of any workspace yet.')
        .or(other.getByText('This workspace does not exist'))
        .first()
        .waitFor();
      await button(page, 'Undo').click();
      await page.waitForURL(`**/w/${ws}/settings`);
      await page.getByRole('heading', { name: 'Ownership' }).waitFor();
      expect((await bob.get(`/v1/workspaces/${ws}`)).status).toBe(200);
      await other.context().close();
      await page.context().close();
    });

    it('offer an admin the export and the retention, but neither transfer nor deletion', async () => {
      const page = await open('settings', {}, bobPerson);
      await button(page, 'Export the workspace').waitFor();
      await button(page, 'Save the retention').waitFor();
      expect(await page.getByRole('heading', { name: 'Ownership' }).count()).toBe(0);
      await page.context().close();
    });

    it.each(SIZES)('have no violation that axe finds, %s at %i px, with the deletion open', async (theme, width) => {
      const page = await open('settings', { theme, width });
      await page.getByLabel('Days that deliveries are kept').waitFor();
      expect(await axeViolations(page)).toEqual([]);
      await button(page, 'Delete the workspace').click();
      await page.getByRole('dialog').waitFor();
      expect(await axeViolations(page)).toEqual([]);
      await page.context().close();
    });
  });

  describe('the account', () => {
    it('restores a deleted workspace', async () => {
      await owner.delete(`/v1/workspaces/${ws}?confirm=${encodeURIComponent(name)}`);
      const page = await openDashboard(browser, tidings, `/w/${tidings.workspaceId}/account`);
      await button(page, `Restore ${name}`).click();
      await page.getByText(`${name} is restored`).waitFor();
      expect((await owner.get(`/v1/workspaces/${ws}`)).status).toBe(200);
      await page.context().close();
    });

    it('lists the sessions of the user, and logs one of them out', async () => {
      const elsewhere = new BrowserSession(tidings.url, FIREFOX);
      await elsewhere.logIn(bobPerson.email, bobPerson.password);
      const page = await open('account', {}, bobPerson);
      await page.getByText('this session', { exact: true }).waitFor();
      const row = page.getByRole('row', { name: /Firefox on Linux/ });
      await row.getByRole('button').click();
      await page.getByRole('dialog').getByRole('button', { name: 'Log out' }).click();
      await page.getByText('Firefox on Linux is logged out').waitFor();
      expect((await elsewhere.api.get('/v1/me')).status).toBe(401);
      await page.context().close();
    });

    it.each(SIZES)('has no violation that axe finds, %s at %i px', async (theme, width) => {
      await owner.delete(`/v1/workspaces/${ws}?confirm=${encodeURIComponent(name)}`);
      const page = await openDashboard(browser, tidings, `/w/${tidings.workspaceId}/account`, { theme, width });
      await page.getByText('this session', { exact: true }).waitFor();
      await button(page, `Restore ${name}`).waitFor();
      expect(await axeViolations(page)).toEqual([]);
      await page.context().close();
    });
  });

  describe('a member in People', () => {
    it('has sessions that an administrator of the installation ends', async () => {
      const one = new BrowserSession(tidings.url, FIREFOX);
      await one.logIn(bobPerson.email, bobPerson.password);
      const page = await open(`people?member=${bob.userId}`);
      await page
        .getByRole('row', { name: /Firefox on Linux/ })
        .first()
        .waitFor();
      await button(page, 'Log out everywhere').click();
      await page.getByRole('dialog').getByRole('button', { name: 'Log out everywhere' }).click();
      await page.getByText('is logged out everywhere').waitFor();
      await page.getByText('The user is not logged in anywhere.').waitFor();
      expect((await one.api.get('/v1/me')).status).toBe(401);
      await page.context().close();
    });

    it('shows no sessions to an admin of the workspace only', async () => {
      await bob.logIn(bobPerson.email, bobPerson.password);
      const page = await open(`people?member=${owner.userId}`, {}, bobPerson);
      await page.getByRole('heading', { name: 'Own rules' }).waitFor();
      expect(await page.getByRole('heading', { name: 'Sessions' }).count()).toBe(0);
      await page.context().close();
    });
  });
}
