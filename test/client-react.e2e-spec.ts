import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { chromiumPath, startBrowser } from './support/browser.js';
import { bundle } from './support/client-bundle.js';
import { eventually } from './support/eventually.js';
import { ScriptedServer } from './support/scripted-server.js';

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

  describe('a list that is hidden while it loads, and shown again', () => {
    it('is the one that was loaded last, whatever comes of the first', async () => {
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
}
