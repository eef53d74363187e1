import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { ConnectionRegistry } from '../../src/realtime/connections/connection-registry.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { chromiumPath, startBrowser } from '../support/browser.js';
import { eventually } from '../support/eventually.js';
import { LogWriter } from '../support/log-writer.js';

let tidings: RunningTidings;
let browser: Browser;
let page: Page;
let channel: string;
let writer: LogWriter;

/** The state of the page's EventSource. */
declare const window: { source: EventSource; offsets: number[]; follows: string[] };

interface EventSource {
  readonly readyState: number;
  close(): void;
  addEventListener(type: 'message', listener: (event: { readonly data: string }) => void): void;
}
declare const EventSource: new (address: string) => EventSource;

async function listen(query: Record<string, string>): Promise<void> {
  const search = new URLSearchParams({ channels: channel, ...query });
  await page.evaluate((address) => {
    window.offsets = [];
    window.follows = [];
    window.source = new EventSource(address);
    window.source.addEventListener('message', ({ data }) => {
      const { type, payload, offset } = JSON.parse(data);
      if (type === 'test:happened') window.offsets.push(offset);
      if (type === 'subscribed') window.follows.push(payload.channel);
    });
  }, `/v1/stream?${search.toString()}`);
  await eventually('it follows the channel', async () => (await follows()).includes(channel));
}

const newTicket = async () => (await tidings.api.post<{ ticket: string }>('/v1/realtime/tickets')).body.ticket;
const sessions = () => [...tidings.app.get(ConnectionRegistry).of(tidings.api.userId)];
const follows = () => page.evaluate(() => window.follows);
const offsets = () => page.evaluate(() => window.offsets);
const has = (count: number) => eventually('the events', async () => (await offsets()).length === count);
const endConnection = () => sessions().forEach((session) => session.terminate());

if (chromiumPath === undefined) {
  describe('without Chromium no EventSource is tested', () => {
    it.todo('runs once Chromium is installed, or named by CHROMIUM_PATH');
  });
} else {
  const path = chromiumPath;

  beforeAll(async () => {
    [tidings, browser] = await Promise.all([startTidings(), startBrowser(path)]);
    channel = `webhooks:${tidings.workspaceId}`;
    writer = new LogWriter(tidings.app);
    page = await browser.newPage();
    await page.goto(tidings.url);
  }, 30_000);
  afterAll(async () => {
    await browser?.close();
    await tidings?.stop();
  });

  describe('the EventSource of a browser', () => {
    it.each([
      ['a ticket that is good once', async () => ({ ticket: await newTicket() })],
      ['a token in the address', async () => ({ token: tidings.api.token })],
    ])('comes back by itself with %s, again and again, and misses nothing', async (_, credential) => {
      await listen(await credential());
      await writer.append(channel, 3);
      await has(3);
      for (const count of [6, 9]) {
        endConnection();
        await eventually('no connection is left', () => sessions().length === 0);
        await writer.append(channel, 3);
        await has(count);
      }
      const seen = await offsets();
      expect(seen).toEqual(seen.map((_offset, i) => (seen[0] ?? 0) + i));
      await page.evaluate(() => window.source.close());
      await eventually('the stream is closed', () => sessions().length === 0);
    });

    it('stops with a ticket that was used elsewhere', async () => {
      const ticket = await newTicket();
      await listen({ ticket });
      await page.evaluate(
        (address) => {
          window.source.close();
          window.source = new EventSource(address);
        },
        `/v1/stream?${new URLSearchParams({ channels: channel, ticket }).toString()}`,
      );
      await eventually('it has given up', () => page.evaluate(() => window.source.readyState === 2));
    });
  });
}
