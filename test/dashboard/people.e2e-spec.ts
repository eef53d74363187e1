import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { readFileSync } from 'node:fs';
import { signUp, type Api } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { chromiumPath, startBrowser } from '../support/browser.js';
import { axeViolations, openDashboard, takePicture } from '../support/dashboard.js';

const RECEIPT = /in force on 1 of 1 node after \d+ ms/;

if (chromiumPath === undefined) {
  describe('the screen People is not tested without Chromium', () => {
    it.todo('runs when Chromium is installed or set in CHROMIUM_PATH');
  });
} else {
  const path = chromiumPath;
  let tidings: RunningTidings;
  let browser: Browser;
  let bob: Api;
  const address = (rest = '') => `/w/${tidings.workspaceId}/people${rest}`;
  const passwordOf = (email: string) => ({ email, password: `password of ${email}` });
  const member = (rules: { role: string; grant?: string[]; deny?: string[] }) =>
    tidings.api.put(`/v1/workspaces/${tidings.workspaceId}/members/${bob.userId}`, rules);
  /** The cell of Bob's row in the matrix. */
  const cellOf = (page: Page, name: string) =>
    page.getByRole('row').filter({ hasText: 'bob@example.com' }).getByRole('button', { name, exact: true });

  beforeAll(async () => {
    tidings = await startTidings();
    browser = await startBrowser(path);
    bob = await signUp(tidings.api, 'bob@example.com');
    await member({ role: 'member' });
  });
  afterAll(async () => {
    await browser.close();
    await tidings.stop();
  });

  describe('the matrix of members and permissions', () => {
    it('closes the view of another user when a right is denied, opens it on the grant, and shows both receipts', async () => {
      await member({ role: 'member' });
      const [admin, user] = [
        await openDashboard(browser, tidings, address()),
        await openDashboard(
          browser,
          tidings,
          `/w/${tidings.workspaceId}/deliveries`,
          {},
          passwordOf('bob@example.com'),
        ),
      ];
      await user.getByRole('heading', { name: 'Deliveries', level: 1 }).waitFor();
      await cellOf(admin, 'webhooks:read: allowed by role member').click();
      await admin.getByRole('button', { name: /^Deny Closes Deliveries, Sources at once/ }).click();
      await admin.getByRole('button', { name: 'Change it' }).click();
      await user.getByRole('heading', { name: 'You may not see this', level: 1 }).waitFor();
      await admin.getByRole('status').getByText('webhooks:read denied to bob@example.com').waitFor();
      expect(await admin.getByRole('status').getByText(RECEIPT).count()).toBe(1);

      await cellOf(admin, 'webhooks:read: denied by deny').click();
      await admin.getByRole('button', { name: /^Grant Opens Deliveries, Sources at once/ }).click();
      await user.getByRole('heading', { name: 'Deliveries', level: 1 }).waitFor();
      await admin.getByRole('status').getByText('webhooks:read granted to bob@example.com').waitFor();
      await cellOf(admin, 'webhooks:read: allowed by grant').waitFor();
      await takePicture('people', admin);
      await Promise.all([admin.context().close(), user.context().close()]);
    });

    it('has no button for what the signed-in user may not change', async () => {
      await member({ role: 'member' });
      const page = await openDashboard(browser, tidings, address(), {}, passwordOf('bob@example.com'));
      await page.getByText('webhooks:read: allowed by role member').waitFor({ state: 'attached' });
      expect(await page.getByRole('grid').getByRole('button').count()).toBe(0);
      expect(await page.getByRole('button', { name: 'Add a member' }).count()).toBe(0);
      expect(await page.getByRole('tab', { name: 'Audit' }).count()).toBe(0);
      await page.context().close();
    });

    it('moves by arrow keys, and says the reason of the cell with the focus', async () => {
      await member({ role: 'member', deny: ['audit:read'] });
      const page = await openDashboard(browser, tidings, address());
      await page.getByRole('rowheader').first().getByRole('link').focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowRight');
      await page.locator('button:focus').filter({ hasText: 'audit:read: denied by deny' }).waitFor();
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').getByText('audit:read for bob@example.com').waitFor();
      await page.keyboard.press('Escape');
      await page.context().close();
    });

    it('answers whether a member may do something, and by which rule', async () => {
      await member({ role: 'member', deny: ['topics:read:secret/*'] });
      const page = await openDashboard(browser, tidings, address(`?who=${bob.userId}`));
      const asked = page.getByRole('form', { name: 'Ask about a permission' });
      await asked.getByRole('combobox', { name: 'Permission' }).fill('topics:read:secret/42');
      await asked.getByText('No: denied by deny topics:read:secret/*').waitFor();
      await asked.getByRole('combobox', { name: 'Permission' }).fill('topics:read:orders/42');
      await asked.getByText('Yes: allowed by role member').waitFor();
      await asked.getByRole('combobox', { name: 'Permission' }).fill('topics:read:*/42');
      await asked.getByText('A scope is a path of 1 to 8 segments').waitFor();
      expect(new URL(page.url()).searchParams.get('may')).toBe('topics:read:*/42');
      await page.context().close();
    });

    it('denies a part of a permission', async () => {
      await member({ role: 'member' });
      const page = await openDashboard(browser, tidings, address());
      await cellOf(page, 'topics:read: allowed by role member').click();
      await page.getByLabel('Only for').fill('secret/*');
      await page.getByRole('button', { name: /^Deny/ }).click();
      await cellOf(page, 'topics:read: allowed by role member, except topics:read:secret/*').waitFor();
      await page.context().close();
    });

    it('creates a user, adds it as a member, changes its role and removes it', async () => {
      const page = await openDashboard(browser, tidings, address());
      await page.getByRole('button', { name: 'Create a user' }).click();
      await page.getByLabel('Name').fill('Carla');
      await page.getByLabel('E-mail').fill('carla@example.com');
      await page.getByLabel('First password').fill('a long pass phrase');
      await page.getByLabel('Add to this workspace as').selectOption('');
      await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
      await page.getByText('Carla can sign in').waitFor();
      await page.getByRole('button', { name: 'Add a member' }).click();
      await page.getByLabel('User', { exact: true }).fill('carla');
      await page.getByRole('radio', { name: /Carla/ }).check();
      await page.getByLabel('Role').selectOption('viewer');
      await page.getByRole('dialog').getByRole('button', { name: 'Add' }).click();
      await page.getByRole('status').getByText('Carla is a member with the role viewer').waitFor();
      await page.getByRole('link', { name: 'Carla' }).click();
      await page.getByLabel('Role').selectOption('member');
      await page.getByText('Gains documents:write').waitFor();
      await page.getByRole('button', { name: 'Change the role' }).click();
      await page.getByRole('status').getByText('Carla has the role member').waitFor();
      await page.getByRole('button', { name: 'Remove from the workspace' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Remove from the workspace' }).click();
      await page.getByRole('status').getByText('Carla is no longer a member').waitFor();
      expect(await page.getByRole('link', { name: 'Carla' }).count()).toBe(0);
      await page.context().close();
    });
  });

  describe('the roles', () => {
    it('are created, compared with a built-in one, changed with a receipt, and deleted', async () => {
      const page = await openDashboard(browser, tidings, address('?tab=roles&role=%2B'));
      await page.getByLabel('Name').fill('auditor');
      await page.getByRole('checkbox', { name: 'audit:read' }).check();
      await page.getByLabel('Compare with').selectOption('viewer');
      await page.getByText('1 more and 6 fewer than viewer.').waitFor();
      await page.getByRole('button', { name: 'Create a role' }).click();
      await page.getByRole('status').getByText('The role auditor is created').waitFor();
      await member({ role: 'auditor' });
      await page.reload();
      await page.getByText('1 member has this role').waitFor();
      await page.getByRole('checkbox', { name: 'members:read' }).check();
      await page.getByText('1 permission more, 0 permissions less. Affects 1 member at once.').waitFor();
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('status').getByText(RECEIPT).waitFor();
      await member({ role: 'member' });
      await page.reload();
      await page.getByRole('button', { name: 'Delete the role' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Delete the role' }).click();
      await page.getByRole('status').getByText('The role auditor is deleted').waitFor();
      await page.context().close();
    });
  });

  describe('the audit log', () => {
    it('shows a change as a difference, filters, verifies its chain, and is saved as a file', async () => {
      await member({ role: 'member' });
      await member({ role: 'viewer', deny: ['tasks:read'] });
      const page = await openDashboard(browser, tidings, address('?tab=audit'));
      await page.getByLabel('Action').fill('member.changed');
      await page.getByRole('link', { name: 'member.changed' }).first().click();
      await page.getByText('removed member').waitFor();
      await page.getByText('added viewer').waitFor();
      await page.getByText('added tasks:read').waitFor();
      expect(await page.getByRole('link', { name: 'workspace.created' }).count()).toBe(0);
      await page.getByRole('button', { name: 'Verify chain' }).click();
      await page.getByText(/The chain is intact: \d+ entries/).waitFor();
      await page.getByRole('button', { name: 'Export' }).click();
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('menuitem', { name: 'Export as JSON lines' }).click(),
      ]);
      expect(file.suggestedFilename()).toBe('audit.jsonl');
      const lines = readFileSync(await file.path(), 'utf8')
        .trim()
        .split('\n');
      expect(lines.map((line) => JSON.parse(line).action)).toContain('member.changed');
      await page.context().close();
    });
  });

  describe('the screen People', () => {
    it.each([
      ['light', 1280],
      ['dark', 1280],
      ['light', 375],
    ] as const)('has no violation that axe finds, %s at %i px', async (theme, width) => {
      await member({ role: 'viewer', grant: ['webhooks:manage'], deny: ['tasks:read', 'topics:read:secret/*'] });
      const page = await openDashboard(browser, tidings, address(`?who=${bob.userId}&may=tasks:read`), {
        theme,
        width,
      });
      await page.getByText('No: denied by deny').waitFor();
      expect(await axeViolations(page)).toEqual([]);
      await page.getByRole('link', { name: 'bob@example.com' }).click();
      await page
        .getByRole('button', { name: /^tasks:read: denied/ })
        .last()
        .click();
      await page.getByRole('dialog').waitFor();
      expect(await axeViolations(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('tab', { name: 'Roles' }).click();
      await page.getByRole('link', { name: /^admin/ }).click();
      await page.getByLabel('Compare with').selectOption('member');
      expect(await axeViolations(page)).toEqual([]);
      await page.getByRole('tab', { name: 'Audit' }).click();
      await page.getByRole('link', { name: 'member.changed' }).first().click();
      await page.getByRole('heading', { name: /^Change \d+/ }).waitFor();
      expect(await axeViolations(page)).toEqual([]);
      await page.context().close();
    });
  });
}
