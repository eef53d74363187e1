import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Browser, Page } from 'playwright-core';
import { ADMIN, freePort, startTidings, type RunningTidings } from '../support/app.js';
import { chromiumPath, startBrowser } from '../support/browser.js';
import { signUp } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { TestSocket } from '../support/socket.js';
import { post } from '../support/webhooks.js';

let tidings: RunningTidings;
let examplesPort: number;
let example: ChildProcess | undefined;

beforeAll(async () => {
  examplesPort = await freePort();
  tidings = await startTidings({ ALLOWED_ORIGINS: `http://127.0.0.1:${examplesPort}` });
});
afterAll(() => tidings.stop());
afterEach(async () => {
  if (example === undefined) return;
  const ended = once(example, 'exit');
  example.kill('SIGKILL');
  await ended;
});

/** @returns everything that it has printed so far */
function run(path: string, ...args: string[]): () => string {
  let printed = '';
  const child = spawn(process.execPath, [`client/examples/${path}`, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (printed += String(chunk)));
  example = child;
  return () => printed;
}

const send = async (text: string) => expect((await post(tidings.openSourceUrl, text)).status).toBe(202);

describe('the example for Node', () => {
  it('prints the existing webhooks, and then each new one', async () => {
    await send('here before the example');
    await eventually('the first is processed', async () => {
      const path = `/v1/workspaces/${tidings.workspaceId}/events?channel=webhooks:${tidings.workspaceId}`;
      return (await tidings.api.get<{ items: unknown[] }>(path)).body.items.length === 1;
    });
    const printed = run('node.mjs', tidings.url, ADMIN.email, ADMIN.password);
    await eventually('the list', () => printed().includes('1 open: here before the example'));
    await send('while it runs');
    await eventually('the new one', () => printed().includes('2 open: while it runs'));
    expect(printed()).toMatch(/\(open\)/);
  });
});

if (chromiumPath === undefined) {
  describe('without Chromium the example for React is not tested', () => {
    it.todo('runs once Chromium is installed, or named by CHROMIUM_PATH');
  });
} else {
  const path = chromiumPath;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    browser = await startBrowser(path);
  });
  afterAll(() => browser.close());

  const shows = (selector: string, text: string) => page.locator(selector, { hasText: text }).first().waitFor();
  const member = () => `/v1/workspaces/${tidings.workspaceId}/members`;

  async function openExample(email: string, password: string): Promise<void> {
    const served = run('react/serve.mjs', String(examplesPort));
    await eventually('the example is served', () => served().includes('http://'));
    page = await browser.newPage();
    page.setDefaultTimeout(8_000);
    await page.goto(`http://127.0.0.1:${examplesPort}/?server=${encodeURIComponent(tidings.url)}`);
    await page.getByPlaceholder('E-mail').fill(email);
    await page.getByPlaceholder('Password').fill(password);
    await page.getByRole('button').click();
  }

  describe('the example for React', () => {
    it('renders the list, each new event, the connection and the current permissions', async () => {
      const user = { email: 'ada@example.com', name: 'Ada', password: 'a long pass phrase' };
      const { id } = (await tidings.api.post<{ id: string }>('/v1/users', user)).body;
      await tidings.api.put(`${member()}/${id}`, { role: 'viewer' });
      let sockets = 0;
      await send('before the page');
      await openExample(user.email, user.password);
      page.on('websocket', () => sockets++);
      await shows('#connection', 'open');
      await shows('#list-state', 'live');
      await shows('#permissions', 'webhooks:read');
      await shows('ol li', 'before the page');
      await send('live on the page');
      await shows('ol li', 'live on the page');
      await shows('#latest', 'live on the page');
      const titles = await page.locator('ol li').allTextContents();
      expect(new Set(titles).size).toBe(titles.length);
      await tidings.api.put(`${member()}/${id}`, { role: 'viewer', deny: ['webhooks:read'] });
      await shows('#list-state', 'refused');
      expect(await page.locator('#permissions').textContent()).not.toContain('webhooks:read');
      await send('while it was refused');
      await tidings.api.put(`${member()}/${id}`, { role: 'viewer' });
      await shows('ol li', 'while it was refused');
      await shows('#list-state', 'live');
      expect(sockets).toBeLessThanOrEqual(1);
    });

    it('counts the users present as they join and leave', async () => {
      await openExample(ADMIN.email, ADMIN.password);
      const present = async () => Number(await page.locator('#present').textContent());
      // The page of the test before may still be there.
      const before = await eventually('a user is present', async () => (await present()) || undefined);
      const user = await signUp(tidings.api, 'bob@example.com');
      await tidings.api.put(`${member()}/${user.userId}`, { role: 'viewer' });
      const socket = await TestSocket.connect(tidings.url, user.token);
      const channel = `workspace:${tidings.workspaceId}`;
      await socket.ask('subscribe', { channel });
      await shows('#present', String(before + 1));
      await socket.ask('unsubscribe', { channel });
      await shows('#present', String(before));
      socket.cut();
    });

    it('shows an error when the login fails', async () => {
      await openExample(ADMIN.email, 'the wrong password');
      await page.getByRole('alert').filter({ hasText: 'or the password is wrong' }).waitFor();
    });
  });
}
