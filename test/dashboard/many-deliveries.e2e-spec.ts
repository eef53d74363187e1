import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { Browser, Page } from 'playwright-core';
import { startTidings, type RunningTidings } from '../support/app.js';
import { chromiumPath, startBrowser } from '../support/browser.js';
import { openDashboard } from '../support/dashboard.js';
import { eventually } from '../support/eventually.js';
import { makeSource, postGithub, type TestSource } from '../support/webhooks.js';

const MANY = 10_000;
/** More rows than one window shows, with those above and below it. */
const MOST_ROWS = 100;

/** Records the long tasks of the page and the times between its frames. */
const RECORD = `
  globalThis.recorded = { tasks: [], frames: [] };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) recorded.tasks.push(duration);
  }).observe({ type: 'longtask' });
  let last = performance.now();
  const frame = (now) => { recorded.frames.push(now - last); last = now; requestAnimationFrame(frame); };
  requestAnimationFrame(frame);`;

const part = (values: readonly number[], share: number): number =>
  Math.round(values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? 0);

if (chromiumPath === undefined) {
  describe('a long list of deliveries is not tested without Chromium', () => {
    it.todo('runs when Chromium is installed or set in CHROMIUM_PATH');
  });
} else {
  const path = chromiumPath;
  let tidings: RunningTidings;
  let browser: Browser;
  let github: TestSource;

  beforeAll(async () => {
    tidings = await startTidings();
    browser = await startBrowser(path);
    github = await makeSource(tidings.api, tidings.workspaceId, { provider: 'github' });
    const client = new pg.Client({ connectionString: tidings.databaseUrl });
    await client.connect();
    await client.query(
      `INSERT INTO deliveries (id, source_id, workspace_id, provider, dedup_key, headers, body, received_at, status,
         attempts, event_type, title, sender)
       SELECT (lpad(to_hex((extract(epoch FROM now()) * 1000)::bigint - 3600000 + n), 12, '0') || '70008000' ||
           lpad(to_hex(n), 12, '0'))::uuid,
         $1, $2, 'github', 'd' || n, '{}', '{}', now() - interval '1 hour' + n * interval '1 ms', 'processed', 1, 'push',
         'octocat pushed commit ' || n || ' to main in octo/hello', 'octocat'
       FROM generate_series(1, ${MANY}) AS n`,
      [github.id, tidings.workspaceId],
    );
    await client.end();
  });
  afterAll(async () => {
    await browser?.close();
    await tidings?.stop();
  });

  const table = (page: Page) => page.getByRole('table', { name: 'Deliveries' });
  const rowsInDocument = (page: Page): Promise<number> =>
    page.evaluate(`document.querySelectorAll('[role="table"] [role="row"]').length`);

  describe('a list of 10,000 deliveries', () => {
    it('scrolls to its end at 60 frames a second with few rows in the document', async () => {
      const page = await openDashboard(browser, tidings, `/w/${tidings.workspaceId}/deliveries`);
      await table(page).getByText(`commit ${MANY} `).waitFor();
      await page.evaluate(RECORD);
      await table(page).hover();
      let most = 0;
      const last = table(page).getByText('commit 1 to main');
      const end = performance.now() + 45_000;
      while ((await last.count()) === 0 && performance.now() < end) {
        for (let turn = 0; turn < 10; turn++) await page.mouse.wheel(0, 1_200);
        most = Math.max(most, await rowsInDocument(page));
      }
      await last.waitFor();
      const { tasks, frames } = await page.evaluate<{ tasks: number[]; frames: number[] }>('recorded');
      console.log(
        `${MANY} deliveries: at most ${most} rows in the document; ${tasks.length} tasks over 50 ms, ` +
          `median ${part(tasks, 0.5)} ms, longest ${part(tasks, 1 - 1e-9)} ms; ${frames.length} frames, ` +
          `median ${part(frames, 0.5)} ms, 95 % within ${part(frames, 0.95)} ms`,
      );
      expect(most).toBeLessThan(MOST_ROWS);
      expect(Math.max(0, ...tasks)).toBeLessThan(500);
      // 60 frames a second, with the inaccuracy of the clock.
      expect(part(frames, 0.5)).toBeLessThan(20);

      const before = await last.boundingBox();
      const body = JSON.stringify({ ref: 'refs/heads/main', sender: { login: 'late' } });
      await postGithub(github, { body });
      await page.getByRole('button', { name: '1 new' }).waitFor();
      const after = await last.boundingBox();
      expect(Math.abs((after?.y ?? 0) - (before?.y ?? 1))).toBeLessThan(ROW);
      await page.getByRole('button', { name: '1 new' }).click();
      await eventually('the new row is in the list', async () => {
        await page.evaluate(`document.querySelector('[role="table"]').scrollTop = 0`);
        return (await table(page).getByText('late pushed').count()) > 0;
      });
      await page.context().close();
    });
  });
}

/** The notice of new rows takes a little height from the list. */
const ROW = 48;
