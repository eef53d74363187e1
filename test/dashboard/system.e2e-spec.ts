import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { randomUUID } from 'node:crypto';
import { Database } from '../../src/platform/database/database.js';
import { FenceNode } from '../../src/platform/fence/fence-node.js';
import { signUp, type Api } from '../support/api.js';
import { ADMIN, startTidings, type RunningTidings } from '../support/app.js';
import { chromiumPath, startBrowser } from '../support/browser.js';
import { axeViolations, openDashboard, takePicture, type WindowOptions } from '../support/dashboard.js';
import { TestSocket } from '../support/socket.js';

const WINDOWS = [
  ['light', 1280],
  ['dark', 1280],
  ['light', 375],
] as const;

if (chromiumPath === undefined) {
  describe('the screens of the system are not tested without Chromium', () => {
    it.todo('runs when Chromium is installed or set in CHROMIUM_PATH');
  });
} else {
  const path = chromiumPath;
  let tidings: RunningTidings;
  let browser: Browser;
  let member: Api;
  let channel: string;
  const sockets: TestSocket[] = [];

  beforeAll(async () => {
    tidings = await startTidings();
    browser = await startBrowser(path);
    member = await signUp(tidings.api, 'member@example.com');
    await tidings.api.put(`/v1/workspaces/${tidings.workspaceId}/members/${member.userId}`, { role: 'member' });
    channel = `webhooks:${tidings.workspaceId}`;
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await tidings.stop();
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.cut();
    await Promise.all(browser.contexts().map((context) => context.close()));
  });

  const open = (screen: string, options: WindowOptions = {}, person = ADMIN as { email: string; password: string }) =>
    openDashboard(browser, tidings, `/w/${tidings.workspaceId}/${screen}`, options, person);

  async function connect(): Promise<{ socket: TestSocket; id: string }> {
    const socket = await TestSocket.connect(tidings.url, member.token);
    sockets.push(socket);
    return { socket, id: String(socket.ofType('connected')[0]?.payload['sessionId']) };
  }

  const rowOf = (page: Page, user: string) => page.getByRole('row').filter({ hasText: user });

  describe('the connections', () => {
    it.each(WINDOWS)('have no violation that axe finds, %s at %i px', async (theme, width) => {
      const { id } = await connect();
      const page = await open('connections', { theme, width });
      await rowOf(page, 'member@example.com').waitFor();
      expect(await axeViolations(page)).toEqual([]);
      await page.goto(`${tidings.url}/w/${tidings.workspaceId}/connections/${id}`);
      await page.getByRole('heading', { name: 'Connection', exact: true }).waitFor();
      await page.getByRole('table', { name: 'Subscriptions' }).waitFor();
      expect(await axeViolations(page)).toEqual([]);
    });

    it('show who is connected, are filtered by channel in the address, and one is disconnected', async () => {
      const { socket } = await connect();
      const other = await connect();
      await socket.ask('subscribe', { channel });
      const page = await open('connections');
      await rowOf(page, 'member@example.com').nth(1).waitFor();
      await page.keyboard.press('/');
      await page.keyboard.type(channel);
      await page.keyboard.press('Enter');
      await page.waitForURL(/channel=/);
      await rowOf(page, 'member@example.com').nth(1).waitFor({ state: 'detached' });
      await rowOf(page, 'member@example.com').getByRole('link').click();
      const subscriptions = page.getByRole('table', { name: 'Subscriptions' });
      await subscriptions.getByText(channel).waitFor();
      await page.getByRole('button', { name: 'Disconnect' }).click();
      const dialog = page.getByRole('dialog', { name: 'Disconnect this client?' });
      await dialog.getByText('one connection of member@example.com with 2 subscriptions').waitFor();
      expect(socket.closed).toBeUndefined();
      await dialog.getByRole('button', { name: 'Disconnect' }).click();
      expect(await socket.waitForClose()).toMatchObject({ code: 1012 });
      await page.getByText('This connection is closed.').waitFor();
      await rowOf(page, 'member@example.com').waitFor({ state: 'detached' });
      expect(other.socket.closed).toBeUndefined();
    });

    it('name a process that does not answer, and load again by a button', async () => {
      const page = await open('connections');
      await page.getByText('1 connection', { exact: true }).waitFor();
      const crashed = randomUUID();
      const database = tidings.app.get(Database);
      await database.query(
        'INSERT INTO fence_nodes (id, applied, lease_until, epoch) SELECT $1, 0, now(), epoch FROM fence',
        [crashed],
      );
      await connect();
      await page.getByRole('button', { name: 'Refresh' }).click();
      await page.getByRole('alert').getByTitle(crashed).waitFor();
      await rowOf(page, 'member@example.com').waitFor();
      await database.query('DELETE FROM fence_nodes WHERE id = $1', [crashed]);
      await page.getByRole('button', { name: 'Refresh' }).click();
      await page.getByRole('alert').waitFor({ state: 'detached' });
    });

    it('close when the user is no administrator any more', async () => {
      const deputy = await signUp(tidings.api, 'deputy@example.com');
      await tidings.api.put(`/v1/workspaces/${tidings.workspaceId}/members/${deputy.userId}`, { role: 'member' });
      await tidings.api.patch(`/v1/users/${deputy.userId}`, { isAdmin: true });
      const person = { email: 'deputy@example.com', password: 'password of deputy@example.com' };
      const page = await open('connections', {}, person);
      await page.getByRole('table', { name: 'Open connections' }).waitFor();
      await tidings.api.patch(`/v1/users/${deputy.userId}`, { isAdmin: false });
      await page.getByRole('button', { name: 'Refresh' }).click();
      await page.getByText('Only administrators of the installation may see this.').waitFor();
      await page.getByRole('link', { name: 'Connections' }).waitFor({ state: 'detached' });
    });
  });

  describe('the system', () => {
    it.each(WINDOWS)('has no violation that axe finds, %s at %i px', async (theme, width) => {
      const page = await open('system?settings=all', { theme, width });
      await page.getByRole('cell', { name: 'DATABASE_POOL' }).waitFor();
      await page.getByRole('cell', { name: 'api, worker, gateway', exact: true }).waitFor();
      expect(await axeViolations(page)).toEqual([]);
    });

    it('shows the process, its checks with the action for each that fails, and links to the documents', async () => {
      const page = await open('system');
      const processes = page.getByRole('table', { name: 'Processes of the installation' });
      await processes.getByTitle(tidings.app.get(FenceNode).id).waitFor();
      await processes.getByText('answers this page').waitFor();
      // The test server runs with fsync off.
      const durability = rowOf(page, 'durability');
      await durability.getByText('tolerated').waitFor();
      await durability.getByText('Turn fsync on.').waitFor();
      const action = durability.getByRole('link', { name: 'What to do' });
      expect(await action.getAttribute('href')).toBe(`${tidings.url}/docs/guide/operations#check-durability`);
      await takePicture('system', page);
      const links = await page.getByRole('listitem').getByRole('link').all();
      const hrefs = await Promise.all(links.map((link) => link.getAttribute('href')));
      const documents = ['/docs/guide/', '/docs', '/openapi.json', '/asyncapi.json', '/metrics'].map(
        (to) => tidings.url + to,
      );
      expect(hrefs).toEqual([`/w/${tidings.workspaceId}/asyncapi`, ...documents]);
      for (const href of hrefs) expect((await fetch(new URL(String(href), tidings.url))).status).toBe(200);
    });

    it('shows the settings that differ from the default, and no secret', async () => {
      const page = await open('system');
      const settings = page.getByRole('table', { name: 'Settings', exact: true });
      await rowOf(page, 'DATABASE_URL').getByText('set, never shown').waitFor();
      expect(await settings.getByText('EVENT_RETENTION_DAYS').count()).toBe(0);
      await page.getByLabel('Show those with their default too').check();
      await settings.getByText('EVENT_RETENTION_DAYS').waitFor();
      expect(new URL(page.url()).search).toBe('?settings=all');
      const content = await page.content();
      expect(content).not.toContain(ADMIN.password);
      expect(content).not.toContain(tidings.databaseUrl);
    });
  });
}
