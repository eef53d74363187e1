import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { freePort, startTidings, type RunningTidings } from '../support/app.js';
import { chromiumPath, startBrowser } from '../support/browser.js';
import { bringClient } from '../support/client-bundle.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { headOf, upTo } from '../support/offsets.js';
import { LogWriter } from '../support/log-writer.js';
import { NoWebSocketProxy } from '../support/no-websocket-proxy.js';

let database: TestDatabase;
let settings: Record<string, string>;
let tidings: RunningTidings;
let channel: string;
let writer: LogWriter;
let browser: Browser;
let context: BrowserContext;

/** The same port and the same data each time. */
async function startServer(): Promise<void> {
  tidings = await startTidings(settings);
  writer = new LogWriter(tidings.app);
}

/** A tab that follows the channel from now on. */
class Tab {
  sockets = 0;

  private constructor(readonly page: Page) {
    page.on('websocket', () => this.sockets++);
  }

  static async open(wanted: { shared?: string; reconnect?: object } = {}, url = tidings.url): Promise<Tab> {
    const tab = new Tab(await context.newPage());
    await tab.page.goto(`${url}/health/live`);
    const start = { token: tidings.api.token, channel, position: await head(), ...wanted };
    await tab.page.evaluate(`page.start(${JSON.stringify(start)})`);
    await eventually('the tab is live', () => tab.get<boolean>('page.live > 0'));
    return tab;
  }

  get<Value>(expression: string): Promise<Value> {
    return this.page.evaluate(expression);
  }

  offsets(): Promise<number[]> {
    return this.get('page.offsets');
  }

  async has(count: number): Promise<void> {
    await eventually(`${count} events`, async () => (await this.offsets()).length >= count);
  }
}

const head = () => headOf(tidings.api, channel.split(':')[1] ?? '', channel);

if (chromiumPath === undefined) {
  describe('without Chromium the client is tested in Node alone', () => {
    it.todo('runs once Chromium is installed, or named by CHROMIUM_PATH');
  });
} else {
  const path = chromiumPath;
  beforeAll(async () => {
    database = await createTestDatabase();
    const port = await freePort();
    settings = {
      DATABASE_URL: database.url,
      PORT: String(port),
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      JWT_SECRET: randomBytes(32).toString('hex'),
    };
    await startServer();
    channel = `webhooks:${tidings.workspaceId}`;
    browser = await startBrowser(path);
  });
  afterAll(async () => {
    await browser.close();
    await tidings.stop();
    await database.drop();
  });
  beforeEach(async () => {
    context = await browser.newContext();
    await bringClient(context);
  });
  afterEach(() => context.close());

  describe('the client in a browser', () => {
    it('reconnects when the network is back, and misses nothing', async () => {
      const tab = await Tab.open();
      const { offset } = await head();
      await context.setOffline(true);
      await tidings.stop();
      await startServer();
      await writer.append(channel, 3);
      await context.setOffline(false);
      await tab.has(3);
      await writer.append(channel, 1);
      await tab.has(4);
      expect(await tab.offsets()).toEqual(upTo(offset + 4, offset));
    });

    it('uses one socket for all tabs, and each of them gets every event', async () => {
      const tabs = [
        await Tab.open({ shared: 'ada' }),
        await Tab.open({ shared: 'ada' }),
        await Tab.open({ shared: 'ada' }),
      ];
      const { offset } = await head();
      await writer.append(channel, 3);
      for (const tab of tabs) {
        await tab.has(3);
        expect(await tab.offsets()).toEqual(upTo(offset + 3, offset));
      }
      expect(tabs.map(({ sockets }) => sockets)).toEqual([1, 0, 0]);
      expect(await tabs[1]?.get('[page.client.status.via, page.client.sessionId]')).toEqual(['tab', undefined]);
    });

    it('hands the connection over when its tab is closed, without losing or repeating an event', async () => {
      const [first, second, third] = [
        await Tab.open({ shared: 'bob' }),
        await Tab.open({ shared: 'bob' }),
        await Tab.open({ shared: 'bob' }),
      ];
      const { offset } = await head();
      await writer.append(channel, 5);
      await Promise.all([first.has(5), second.has(5), third.has(5)]);
      const closing = first.page.close();
      for (let batch = 0; batch < 10; batch++) await writer.append(channel, 5);
      await closing;
      await second.page.close();
      await writer.append(channel, 5);
      await third.has(60);
      expect(await third.offsets()).toEqual(upTo(offset + 60, offset));
      expect(third.sockets).toBe(1);
    });

    it('reconnects all tabs over one socket after a restart of the server', async () => {
      const tabs = [await Tab.open({ shared: 'cleo' }), await Tab.open({ shared: 'cleo' })];
      const { offset } = await head();
      await tidings.stop();
      await startServer();
      await writer.append(channel, 2);
      for (const tab of tabs) {
        await tab.has(2);
        expect(await tab.offsets()).toEqual(upTo(offset + 2, offset));
      }
      expect(tabs[1]?.sockets).toBe(0);
    });

    it('retries for many tabs no more often than for one', async () => {
      const wanted = { shared: 'fay', reconnect: { minDelayMs: 1_500, maxDelayMs: 1_500 } };
      const tabs = [await Tab.open(wanted), await Tab.open(wanted), await Tab.open(wanted)];
      await tidings.stop();
      await eventually('the second try', () => (tabs[0]?.sockets ?? 0) >= 3);
      expect(await tabs[2]?.get('page.client.status.state')).toMatch(/waiting|connecting/);
      const { sockets = 0 } = tabs[0] ?? {};
      await startServer();
      for (const tab of tabs) await eventually('it is back', () => tab.get<boolean>('page.live >= 2'));
      expect((tabs[0]?.sockets ?? 0) - sockets).toBeLessThan(10);
    });

    it('falls back to an event stream where WebSockets are blocked', async () => {
      const proxy = await NoWebSocketProxy.start(tidings.url);
      const tab = await Tab.open({}, proxy.url);
      const { offset } = await head();
      await writer.append(channel, 2);
      proxy.cut();
      await writer.append(channel, 2);
      await tab.has(4);
      expect(await tab.offsets()).toEqual(upTo(offset + 4, offset));
      expect(await tab.get('page.client.status.via')).toBe('stream');
      await tab.page.close();
      proxy.stop();
    });

    it('uses a socket per tab in a browser without locks', async () => {
      await context.addInitScript('Object.defineProperty(navigator, "locks", { value: undefined })');
      const tabs = [await Tab.open({ shared: 'dora' }), await Tab.open({ shared: 'dora' })];
      expect(tabs.map(({ sockets }) => sockets)).toEqual([1, 1]);
    });

    it('tells every tab that the session has ended, and why', async () => {
      const tabs = [await Tab.open({ shared: 'eve' }), await Tab.open({ shared: 'eve' })];
      await tidings.api.post('/v1/auth/logout-everywhere');
      for (const tab of tabs) {
        await eventually('the tab has stopped', () => tab.get<boolean>('page.client.status.state === "stopped"'));
        expect(await tab.get('page.client.status.error.code')).toBe('connection.unauthenticated');
      }
      await tidings.api.logIn('admin@example.com', 'correct horse battery staple');
    });
  });
}
