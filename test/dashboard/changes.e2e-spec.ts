import { afterAll, afterEach, beforeAll, describe, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { signUp, type Api } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { chromiumPath, startBrowser } from '../support/browser.js';
import { openDashboard } from '../support/dashboard.js';

if (chromiumPath === undefined) {
  describe('changes in another window are not tested without Chromium', () => {
    it.todo('runs when Chromium is installed or set in CHROMIUM_PATH');
  });
} else {
  const path = chromiumPath;
  let tidings: RunningTidings;
  let browser: Browser;
  let bob: Api;
  const pages: Page[] = [];

  const open = async (rest: string): Promise<Page> => {
    const page = await openDashboard(browser, tidings, `/w/${tidings.workspaceId}${rest}`);
    pages.push(page);
    return page;
  };
  const of = (rest: string): string => `/v1/workspaces/${tidings.workspaceId}${rest}`;
  const roleOfBob = (page: Page, role: string) =>
    page.getByRole('row').filter({ hasText: 'bob@example.com' }).filter({ hasText: role });

  beforeAll(async () => {
    [tidings, browser] = await Promise.all([startTidings(), startBrowser(path)]);
    bob = await signUp(tidings.api, 'bob@example.com');
  });
  afterAll(async () => {
    await browser.close();
    await tidings.stop();
  });
  afterEach(async () => {
    for (const page of pages.splice(0)) await page.context().close();
  });

  describe('a change in one window is shown in another one without a reload', () => {
    it('for a source that is made, renamed and deleted', async () => {
      const [maker, other] = await Promise.all([open('/sources/new?provider=open'), open('/sources')]);
      await maker.getByLabel('Name').fill('made elsewhere');
      await maker.getByRole('button', { name: 'Create the source' }).click();
      const row = (name: string) => other.getByRole('link', { name });
      await row('made elsewhere').waitFor();
      const { body } = await tidings.api.get<{ items: { id: string; name: string }[] }>(of('/sources'));
      const id = body.items.find(({ name }) => name === 'made elsewhere')?.id;
      await tidings.api.patch(of(`/sources/${id}`), { name: 'renamed elsewhere' });
      await row('renamed elsewhere').waitFor();
      await tidings.api.delete(of(`/sources/${id}`));
      await row('renamed elsewhere').waitFor({ state: 'detached' });
    });

    it('for a member who is added, changed and removed', async () => {
      const page = await open('/people');
      await page.getByRole('grid').waitFor();
      await tidings.api.put(of(`/members/${bob.userId}`), { role: 'viewer' });
      await roleOfBob(page, 'viewer').waitFor();
      await tidings.api.put(of(`/members/${bob.userId}`), { role: 'admin' });
      await roleOfBob(page, 'admin').waitFor();
      await tidings.api.delete(of(`/members/${bob.userId}`));
      await page.getByRole('row').filter({ hasText: 'bob@example.com' }).waitFor({ state: 'detached' });
    });

    it('for a role and an invitation', async () => {
      const [roles, invitations] = await Promise.all([open('/people?tab=roles'), open('/people?tab=invitations')]);
      await roles.getByRole('heading', { name: 'People', level: 1 }).waitFor();
      await tidings.api.post(of('/roles'), { name: 'night-shift', permissions: ['tasks:read'] });
      await roles.getByText('night-shift').first().waitFor();
      const invitation = { email: 'invited@example.com', workspaceId: tidings.workspaceId };
      const { body } = await tidings.api.post<{ id: string }>('/v1/invitations', invitation);
      await invitations.getByText('invited@example.com').waitFor();
      await tidings.api.delete(`/v1/invitations/${body.id}`);
      await invitations.getByText('invited@example.com').waitFor({ state: 'detached' });
    });

    it('for the name of the workspace', async () => {
      const page = await open('/overview');
      await tidings.api.patch(of(''), { name: 'Renamed elsewhere' });
      await page.getByRole('combobox', { name: 'Workspace' }).filter({ hasText: 'Renamed elsewhere' }).waitFor();
    });

    it('after a reconnect, when it was made while the window was offline', async () => {
      const page = await open('/people?tab=roles');
      await page.getByRole('heading', { name: 'People', level: 1 }).waitFor();
      await page.context().setOffline(true);
      await page.locator('[data-state="waiting"]').waitFor();
      await tidings.api.post(of('/roles'), { name: 'made-while-away', permissions: ['tasks:read'] });
      await page.context().setOffline(false);
      await page.getByText('made-while-away').first().waitFor();
    });
  });
}
