import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { WriteTraffic } from '../../src/access/traffic/write-traffic.js';
import { WriteLatencies } from '../../src/realtime/metrics/write-latencies.js';
import { signUp, type Api } from '../support/api.js';
import { ADMIN, startTidings, type RunningTidings } from '../support/app.js';
import { chromiumPath, startBrowser } from '../support/browser.js';
import { axeViolations, openDashboard, type WindowOptions } from '../support/dashboard.js';
import { TestSocket } from '../support/socket.js';
import { post } from '../support/webhooks.js';

const WINDOWS = [
  ['light', 1280],
  ['dark', 1280],
  ['light', 375],
] as const;

if (chromiumPath === undefined) {
  describe('the figures in the dashboard are not tested without Chromium', () => {
    it.todo('runs when Chromium is installed or set in CHROMIUM_PATH');
  });
} else {
  const path = chromiumPath;
  let tidings: RunningTidings;
  let browser: Browser;
  let member: Api;
  const sockets: TestSocket[] = [];

  beforeAll(async () => {
    tidings = await startTidings();
    browser = await startBrowser(path);
    member = await signUp(tidings.api, 'member@example.com');
    await tidings.api.put(`/v1/workspaces/${tidings.workspaceId}/members/${member.userId}`, { role: 'member' });
    const { socket } = await connect();
    await socket.ask('subscribe', { channel: `webhooks:${tidings.workspaceId}` });
    for (let i = 0; i < 5; i++) await post(tidings.openSourceUrl, JSON.stringify({ i }));
    await socket.waitFor(({ type, offset }) => type === 'webhook:received' && offset === 5);
    await tidings.app.get(WriteTraffic).run();
    await tidings.app.get(WriteLatencies).run();
  }, 60_000);
  afterAll(async () => {
    for (const socket of sockets) socket.cut();
    await browser?.close();
    await tidings?.stop();
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
  });

  const open = (screen: string, options: WindowOptions = {}, person = ADMIN as { email: string; password: string }) =>
    openDashboard(browser, tidings, `/w/${tidings.workspaceId}/${screen}`, options, person);

  async function connect(): Promise<{ socket: TestSocket; id: string }> {
    const socket = await TestSocket.connect(tidings.url, member.token);
    sockets.push(socket);
    return { socket, id: String(socket.ofType('connected')[0]?.payload['sessionId']) };
  }

  describe('the traffic on Overview', () => {
    it.each(WINDOWS)('has no violation that axe finds, %s at %i px', async (theme, width) => {
      const page = await open('overview?range=1h', { theme, width });
      const traffic = page.getByRole('region', { name: 'Traffic' }).or(page.locator('section', { hasText: 'Traffic' }));
      await traffic.getByText('Sent to clients').first().waitFor();
      await traffic.getByText('whole installation').waitFor();
      await page.getByRole('img', { name: /per second/ }).waitFor();
      expect(await axeViolations(page)).toEqual([]);
    });

    it('shows a member without webhooks:read events, but no webhooks, backlog or latency', async () => {
      const blind = await signUp(tidings.api, 'blind@example.com');
      const rights = { role: 'member', grant: [], deny: ['webhooks:read'] };
      await tidings.api.put(`/v1/workspaces/${tidings.workspaceId}/members/${blind.userId}`, rights);
      const person = { email: 'blind@example.com', password: 'password of blind@example.com' };
      const page = await open('overview', {}, person);
      await page.getByText('Sent to clients').first().waitFor();
      expect(await page.getByText('Backlog').count()).toBe(0);
      expect(await page.getByText('Webhook to client').count()).toBe(0);
    });
  });

  describe('the queues on System', () => {
    it.each(WINDOWS)('have no violation that axe finds, %s at %i px', async (theme, width) => {
      const page = await open('system', { theme, width });
      const queues = page.getByRole('table', { name: 'Queues' });
      await queues.getByRole('row', { name: /deliveries/ }).waitFor();
      expect(await axeViolations(page)).toEqual([]);
    });
  });

  describe('the realtime API', () => {
    it.each(WINDOWS)('has no violation that axe finds, %s at %i px', async (theme, width) => {
      const page = await open('system', { theme, width });
      await page.getByRole('link', { name: 'Realtime API of this workspace' }).click();
      await page.getByRole('heading', { level: 1, name: 'Realtime API of this workspace' }).waitFor();
      await page.getByLabel('Search messages and schemas').fill('task:created');
      await page.getByText('task:created', { exact: true }).first().click();
      await page.getByText('properties').first().waitFor();
      expect(await axeViolations(page)).toEqual([]);
    });
  });

  describe('the trace of a connection', () => {
    it.each(WINDOWS)('shows its frames, and has no violation that axe finds, %s at %i px', async (theme, width) => {
      const { socket, id } = await connect();
      const page = await open(`connections/${id}`, { theme, width });
      await page.getByRole('button', { name: 'Start a trace' }).click();
      await page.getByText('The trace runs.').waitFor();
      await socket.ask('subscribe', { channel: `tasks:${tidings.workspaceId}` });
      await tidings.api.post(`/v1/workspaces/${tidings.workspaceId}/tasks`, { title: 'Traced' });
      const frames = page.getByRole('list', { name: /Traced frames/ });
      await frames.getByText('task:created').waitFor();
      await frames.getByText('"title":"Traced"').waitFor();
      expect(await axeViolations(page)).toEqual([]);
      await page.getByRole('button', { name: 'Stop' }).click();
      await page.getByRole('button', { name: 'Start a trace' }).waitFor();
    });
  });

  describe('a change of rights that closes something', () => {
    it('says in numbers what it closes, and is made by a second click only', async () => {
      const { socket } = await connect();
      await socket.ask('subscribe', { channel: `tasks:${tidings.workspaceId}` });
      const page = await open('people');
      const cell = page.getByRole('row', { name: /member@example.com/ }).getByRole('button', { name: /tasks:read/ });
      await cell.click();
      await page.getByRole('button', { name: /^Deny/ }).click();
      await page.getByText(/This ends \d+ subscriptions? on \d+ connections?/).waitFor();
      expect(await axeViolations(page)).toEqual([]);
      expect(socket.ofType('subscription:revoked')).toHaveLength(0);
      await page.getByRole('button', { name: 'Change it' }).click();
      await socket.waitFor(({ type }) => type === 'subscription:revoked');
    });

    it('says so before another role, a change of a role and a removal, too', async () => {
      const ws = `/v1/workspaces/${tidings.workspaceId}`;
      const watcher = await signUp(tidings.api, 'watcher@example.com');
      const permissions = ['tasks:read', 'webhooks:read'];
      await tidings.api.post(`${ws}/roles`, { name: 'watcher', permissions });
      await tidings.api.put(`${ws}/members/${watcher.userId}`, { role: 'watcher' });
      const socket = await TestSocket.connect(tidings.url, watcher.token);
      await socket.ask('subscribe', { channel: `tasks:${tidings.workspaceId}` });
      const page = await open('people?tab=roles&role=watcher');
      await page.getByRole('checkbox', { name: 'tasks:read' }).uncheck();
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText(/This ends 1 subscription on 1 connection/).waitFor();
      await page.getByRole('button', { name: 'Keep it' }).click();
      await page.goto(`${tidings.url}/w/${tidings.workspaceId}/people?member=${watcher.userId}`);
      await page.getByRole('button', { name: 'Remove' }).click();
      await page.getByText(/This ends \d+ subscriptions? on 1 connection/).waitFor();
      await page.getByRole('button', { name: 'Cancel' }).click();
      expect(socket.ofType('subscription:revoked')).toHaveLength(0);
      socket.cut();
    });

    it('needs one click if it closes nothing', async () => {
      const page = await open('people');
      const cell = page.getByRole('row', { name: /member@example.com/ }).getByRole('button', { name: /audit:read/ });
      await cell.click();
      await page.getByRole('button', { name: /^Deny/ }).click();
      await page.getByText('audit:read denied to member@example.com').first().waitFor();
    });
  });
}
