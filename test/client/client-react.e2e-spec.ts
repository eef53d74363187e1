import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { chromiumPath, startBrowser } from '../support/browser.js';
import { bundle } from '../support/client-bundle.js';
import { eventually } from '../support/eventually.js';
import { ScriptedServer } from '../support/scripted-server.js';

if (chromiumPath === undefined) {
  describe('without Chromium the hooks are not tested', () => {
    it.todo('runs once Chromium is installed, or named by CHROMIUM_PATH');
  });
} else {
  const path = chromiumPath;
  let browser: Browser;
  let server: ScriptedServer;
  beforeAll(async () => {
    [browser, server] = await Promise.all([startBrowser(path), ScriptedServer.start()]);
  });
  afterAll(async () => {
    await browser.close();
    server.stop();
  });

  describe('a list that is unmounted while it loads, and mounted again', () => {
    it('shows the last load, whatever the result of the first', async () => {
      const page = await browser.newPage();
      await page.addScriptTag({ content: Buffer.from(await bundle('test/support/react-page.mjs')).toString() });
      const loading = (count: number) =>
        eventually(`${count} loads`, async () => (await page.evaluate('page.loads.length')) === count);
      const answer = (load: number, data: readonly string[]) => {
        const position = { channel: 'c:1', epoch: 'e', offset: 0 };
        return page.evaluate(`page.loads[${load}](${JSON.stringify({ data, position })})`);
      };
      await page.evaluate(`page.start(${JSON.stringify(server.url)})`);
      await loading(1);
      await page.evaluate("page.show('hidden')");
      await eventually('it is not followed', () => server.askedFor('unsubscribe').length > 0);
      await page.evaluate("page.show('visible')");
      await loading(2);
      await answer(1, ['loaded last']);
      await page.getByText('live loaded last').waitFor();
      server.say('test:happened', {}, { channel: 'c:1', offset: 1, id: '1' });
      await page.getByText('live loaded last,1').waitFor();
      await answer(0, ['loaded first']);
      await page.evaluate('new Promise(requestAnimationFrame)');
      expect(await page.locator('p').textContent()).toBe('live loaded last,1');
    });
  });

  describe('an outdated list', () => {
    let page: Page;
    const position = { channel: 'c:1', epoch: 'e', offset: 0 };

    async function open(options: object): Promise<void> {
      page = await browser.newPage();
      page.setDefaultTimeout(8_000);
      await page.addScriptTag({ content: Buffer.from(await bundle('test/support/react-page.mjs')).toString() });
      await page.evaluate(`page.start(${JSON.stringify(server.url)}, ${JSON.stringify(options)})`);
      await answer(0, ['a']);
      await shows('live a');
    }
    const shows = (text: string) => page.getByText(text, { exact: true }).waitFor();
    const answer = async (load: number, data: readonly string[], offset = 0) => {
      await eventually('the load', async () => Number(await page.evaluate('page.loads.length')) > load);
      await page.evaluate(`page.loads[${load}](${JSON.stringify({ data, position: { ...position, offset } })})`);
    };
    afterEach(() => page.close());

    it('is marked as stale and reloaded when `reduce` throws', async () => {
      await open({});
      server.say('test:poison', {}, { channel: 'c:1', offset: 1, id: '1' });
      await shows('stale a (old)');
      await answer(1, ['a', 'b'], 1);
      await shows('live a,b');
      expect(await page.evaluate('page.errors')).toEqual([
        'callback.failed: reduce of c:1 failed: the reducer does not know the type',
      ]);
    });

    it('is removed when the right is revoked, and reloaded when it is granted again', async () => {
      await open({});
      server.say('subscription:revoked', { channel: 'c:1', reason: 'permission' });
      await shows('refused nothing (old)');
      server.say('permissions:updated', { workspaces: [] });
      await answer(1, ['again']);
      await shows('live again');
    });

    it.each([4001, 4003])('is removed with presence and permissions when access ends with %i', async (code) => {
      await open({ around: true });
      await showAround();
      server.close(code);
      for (const text of ['refused nothing (old)', 'present: unknown', 'allowed: unknown']) await shows(text);
      await page.evaluate('page.client.connect()');
      await answer(1, ['again']);
      await shows('live again');
    });

    it('is kept with presence and permissions, and marked as stale, with the option `keep`', async () => {
      await open({ around: true, keep: true });
      await showAround();
      server.close(4001);
      for (const text of ['refused a (old)', 'present: 3 (old)', 'allowed: x (old)']) await shows(text);
    });

    it('is marked as stale at once when the network is offline', async () => {
      await open({});
      await page.evaluate('page.client.onStatus(({ error }) => error && page.errors.push(error.message))');
      await page.evaluate("dispatchEvent(new Event('offline'))");
      expect(await page.evaluate('page.errors[0]')).toBe('The connection was lost: the network is offline.');
      await shows('live a');
    });

    async function showAround(): Promise<void> {
      await eventually('presence is asked for', () => server.askedFor('presence:get').length > 0);
      server.say('presence', { channel: 'c:2', count: 3, users: [], announced: true });
      server.say('permissions:updated', { workspaces: [{ id: 'w', role: 'viewer', permissions: ['x'] }] });
      for (const text of ['present: 3', 'allowed: x']) await shows(text);
    }
  });
}
