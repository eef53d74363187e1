import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { signUp } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { chromiumPath, startBrowser } from '../support/browser.js';
import { openDashboard } from '../support/dashboard.js';
import { eventually } from '../support/eventually.js';

if (chromiumPath === undefined) {
  describe('the order of tasks is not tested without Chromium', () => {
    it.todo('runs when Chromium is installed or set in CHROMIUM_PATH');
  });
} else {
  const path = chromiumPath;
  const BOB = { email: 'bob@example.com', password: 'password of bob@example.com' };
  let tidings: RunningTidings;
  let browser: Browser;
  let ws: string;
  const pages: Page[] = [];

  beforeAll(async () => {
    [tidings, browser] = await Promise.all([startTidings(), startBrowser(path)]);
  });
  afterAll(async () => {
    await browser.close();
    await tidings.stop();
  });
  afterEach(async () => {
    for (const page of pages.splice(0)) await page.context().close();
  });

  /** Two windows of different users on a board with one task for each title; the first one is at the top. */
  async function openBoard(...titles: string[]): Promise<[Page, Page]> {
    const { body } = await tidings.api.post<{ id: string }>('/v1/workspaces', { name: 'a board' });
    ws = body.id;
    await tidings.api.put(`/v1/workspaces/${ws}/members/${bobId}`, { role: 'member' });
    for (const title of titles.toReversed()) await tidings.api.post(`/v1/workspaces/${ws}/tasks`, { title });
    const windows: [Page, Page] = [
      await openDashboard(browser, tidings, `/w/${ws}/tasks`),
      await openDashboard(browser, tidings, `/w/${ws}/tasks`, {}, BOB),
    ];
    pages.push(...windows);
    for (const page of windows) await card(page, titles[0] ?? '').waitFor();
    return windows;
  }

  let bobId = '';
  beforeAll(async () => {
    ({ userId: bobId } = await signUp(tidings.api, BOB.email));
  });

  const column = (page: Page, name = 'To do') => page.getByRole('region', { name });
  const card = (page: Page, title: string) => page.locator('button[data-task]', { hasText: title });
  const orderOf = async (page: Page, name?: string): Promise<string> =>
    (await column(page, name).locator('button[data-task]').allTextContents()).join(' ');
  const show = (windows: readonly Page[], order: string, name?: string) =>
    eventually(`all windows show ${order}`, async () => {
      for (const page of windows) if ((await orderOf(page, name)) !== order) return false;
      return true;
    });

  describe('the order of tasks in a column', () => {
    it('changes by drag, in both windows and after a reload', async () => {
      const windows = await openBoard('one', 'two', 'three', 'four');
      const [ann] = windows;
      await card(ann, 'four').dragTo(card(ann, 'two'), { targetPosition: { x: 20, y: 2 } });
      await show(windows, 'one four two three');
      await card(ann, 'one').dragTo(column(ann), { targetPosition: { x: 40, y: 500 } });
      await show(windows, 'four two three one');
      await ann.reload();
      await show(windows, 'four two three one');
    });

    it('takes a task of another column at the place where it is dropped', async () => {
      const windows = await openBoard('one', 'two', 'three');
      const [ann] = windows;
      await card(ann, 'one').dragTo(column(ann, 'Done'));
      await card(ann, 'two').dragTo(column(ann, 'Done'), { targetPosition: { x: 40, y: 10 } });
      await show(windows, 'two one', 'Done');
      await card(ann, 'three').dragTo(card(ann, 'one'), { targetPosition: { x: 20, y: 2 } });
      await show(windows, 'two three one', 'Done');
    });

    it('changes by Shift with an arrow key, with the focus on the task', async () => {
      const windows = await openBoard('one', 'two', 'three');
      const [ann] = windows;
      await card(ann, 'one').focus();
      await ann.keyboard.press('Shift+ArrowDown');
      await ann.keyboard.press('Shift+ArrowDown');
      await show(windows, 'two three one');
      await ann.keyboard.press('Shift+ArrowUp');
      await show(windows, 'two one three');
      expect(await ann.evaluate<string>('document.activeElement.textContent')).toBe('one');
      await ann.keyboard.press('ArrowUp');
      expect(await ann.evaluate<string>('document.activeElement.textContent')).toBe('two');
      await ann.getByText('“one” is in To do, before “three”.').waitFor({ state: 'attached' });
    });

    it('changes by the menu of a task, also on a phone', async () => {
      const windows = await openBoard('one', 'two', 'three');
      const [ann] = windows;
      await ann.setViewportSize({ width: 375, height: 800 });
      await ann.getByRole('button', { name: 'Move “three”' }).click();
      await ann.getByRole('menuitem', { name: 'Up' }).click();
      await show(windows, 'one three two');
      await ann.getByRole('button', { name: 'Move “one”' }).click();
      expect(await ann.getByRole('menuitem', { name: 'Up' }).getAttribute('aria-disabled')).toBe('true');
      await ann.getByRole('menuitem', { name: 'Down' }).click();
      await show(windows, 'three one two');
    });

    it('is the same in both windows after both have moved tasks at the same time', async () => {
      const windows = await openBoard('one', 'two', 'three', 'four', 'five');
      const [ann, bob] = windows;
      const move = async (page: Page, title: string, keys: readonly string[]) => {
        await card(page, title).focus();
        for (const key of keys) await page.keyboard.press(`Shift+Arrow${key}`);
      };
      await Promise.all([
        move(ann, 'five', ['Up', 'Up', 'Up', 'Up', 'Down']),
        move(bob, 'one', ['Down', 'Down', 'Down', 'Up', 'Down']),
        move(bob, 'three', ['Right', 'Left', 'Down']),
      ]);
      await eventually('the server and both windows have one order', async () => {
        const { body } = await tidings.api.get<{ items: { title: string; rank: number }[] }>(
          `/v1/workspaces/${ws}/tasks?status=todo`,
        );
        const order = body.items
          .toSorted((one, other) => other.rank - one.rank)
          .map(({ title }) => title)
          .join(' ');
        return (await orderOf(ann)) === order && (await orderOf(bob)) === order && order.split(' ').length === 5;
      });
    });
  });
}
