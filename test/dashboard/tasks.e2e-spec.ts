import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { startTidings, type RunningTidings } from '../support/app.js';
import { signUp, type Api } from '../support/api.js';
import { chromiumPath, startBrowser } from '../support/browser.js';
import { axeViolations, openDashboard, type WindowOptions } from '../support/dashboard.js';
import { eventually } from '../support/eventually.js';

const BOB = 'bob@example.com';

let tidings: RunningTidings;
let bob: Api;
let browser: Browser;
const pages: Page[] = [];

async function open(search = '', options?: WindowOptions): Promise<Page> {
  const page = await openDashboard(browser, tidings, `/w/${tidings.workspaceId}/tasks${search}`, options);
  pages.push(page);
  return page;
}

async function openAsBob(search = ''): Promise<Page> {
  const person = { email: BOB, password: `password of ${BOB}` };
  const page = await openDashboard(browser, tidings, `/w/${tidings.workspaceId}/tasks${search}`, {}, person);
  pages.push(page);
  return page;
}

const column = (page: Page, name: string) => page.getByRole('region', { name });
const card = (page: Page, title: string) => page.locator('button[data-task]', { hasText: title });

interface Task {
  readonly id: string;
  readonly title: string;
  readonly status: string;
  readonly assigneeId: string | null;
  readonly description: string;
}

async function make(title: string, status = 'todo'): Promise<Task> {
  const { body } = await tidings.api.post<Task>(`/v1/workspaces/${tidings.workspaceId}/tasks`, { title, status });
  return body;
}

async function stored(title: string): Promise<Task | undefined> {
  const { body } = await tidings.api.get<{ items: Task[] }>(`/v1/workspaces/${tidings.workspaceId}/tasks?limit=200`);
  return body.items.find((task) => task.title === title);
}

const allow = (deny: readonly string[]) =>
  tidings.api.put(`/v1/workspaces/${tidings.workspaceId}/members/${bob.userId}`, { role: 'member', grant: [], deny });

if (chromiumPath === undefined) {
  describe('the tasks are not tested without Chromium', () => {
    it.todo('runs when Chromium is installed or set in CHROMIUM_PATH');
  });
} else {
  const path = chromiumPath;
  beforeAll(async () => {
    [tidings, browser] = await Promise.all([startTidings(), startBrowser(path)]);
    bob = await signUp(tidings.api, BOB);
    await allow([]);
  });
  afterAll(async () => {
    await browser.close();
    await tidings.stop();
  });
  afterEach(async () => {
    for (const page of pages.splice(0)) await page.context().close();
  });

  describe('the board of tasks', () => {
    it('creates a task that another window shows at once', async () => {
      const [ann, other] = await Promise.all([open(), openAsBob()]);
      await ann.getByRole('button', { name: 'New task', exact: true }).click();
      await ann.getByLabel('Title').fill('Answer the sender');
      await ann.getByLabel('Assignee', { exact: true }).last().selectOption({ label: BOB });
      await ann.getByRole('dialog').getByRole('button', { name: 'New task' }).click();
      for (const page of [ann, other]) await column(page, 'To do').getByText('Answer the sender').waitFor();
      expect(await stored('Answer the sender')).toMatchObject({ status: 'todo', assigneeId: bob.userId });
    });

    it('moves a task by drag, by its menu and by Shift with an arrow, in both windows', async () => {
      await make('to be moved');
      const [ann, other] = await Promise.all([open(), openAsBob()]);
      const isIn = (page: Page, name: string) => column(page, name).getByText('to be moved').waitFor();
      await isIn(ann, 'To do');
      await card(ann, 'to be moved').dragTo(column(ann, 'In progress'));
      for (const page of [ann, other]) await isIn(page, 'In progress');
      await ann.getByRole('button', { name: 'Move “to be moved”' }).click();
      await ann.getByRole('menuitem', { name: 'To “Done”' }).click();
      for (const page of [ann, other]) await isIn(page, 'Done');
      await card(ann, 'to be moved').focus();
      await ann.keyboard.press('Shift+ArrowLeft');
      for (const page of [ann, other]) await isIn(page, 'In progress');
      await eventually('the focus went with the task', () =>
        ann.evaluate<boolean>("document.activeElement.textContent.includes('to be moved')"),
      );
      expect((await stored('to be moved'))?.status).toBe('in_progress');
    });

    it('goes from task to task by arrow keys and opens one by Enter', async () => {
      await make('the lower one');
      await make('the upper one');
      const page = await open('?q=er one');
      await card(page, 'the upper one').focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      expect(await page.getByRole('dialog').getByLabel('Title').inputValue()).toBe('the lower one');
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      expect(new URL(page.url()).search).toBe('?q=er+one');
    });

    it('shows that another user is typing in a task', async () => {
      const { id } = await make('written together');
      const [ann, other] = await Promise.all([open(), openAsBob(`?task=${id}`)]);
      await card(ann, 'written together').waitFor();
      await other.getByLabel('Description').pressSequentially('Dear');
      await ann.getByText(`${BOB} is typing…`).waitFor();
      await ann.getByText(`${BOB} is typing…`).waitFor({ state: 'detached' });
    });

    it('takes over changes of others into an open dialog, and names a conflict before saving', async () => {
      const { id } = await make('a title');
      const path = `/v1/workspaces/${tidings.workspaceId}/tasks/${id}`;
      const page = await open(`?task=${id}`);
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Title').fill('my title');
      await bob.patch(path, { description: 'their description', title: 'their title' });
      await dialog.getByRole('alert').getByText('Title').waitFor();
      expect(await dialog.getByLabel('Title').inputValue()).toBe('my title');
      expect(await dialog.getByLabel('Description').inputValue()).toBe('their description');
      await dialog.getByRole('button', { name: 'Take theirs' }).click();
      expect(await dialog.getByLabel('Title').inputValue()).toBe('their title');
      await dialog.getByLabel('Title').fill('our title');
      await dialog.getByRole('button', { name: 'Save' }).click();
      await dialog.waitFor({ state: 'detached' });
      expect(await stored('our title')).toMatchObject({ id, description: 'their description' });
    });

    it('deletes a task and creates it again', async () => {
      const { id } = await make('deleted by mistake', 'done');
      const page = await open(`?task=${id}`);
      await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
      await card(page, 'deleted by mistake').waitFor({ state: 'detached' });
      expect(await stored('deleted by mistake')).toBeUndefined();
      await page.getByRole('button', { name: 'Create again' }).click();
      await column(page, 'Done').getByText('deleted by mistake').waitFor();
      expect((await stored('deleted by mistake'))?.id).not.toBe(id);
    });

    it('closes and offers no change when the rights are taken away, and opens again on grant', async () => {
      await make('for members only');
      const page = await openAsBob();
      await card(page, 'for members only').waitFor();
      await allow(['tasks:write']);
      await page.getByRole('button', { name: 'New task', exact: true }).waitFor({ state: 'detached' });
      expect(await page.getByRole('button', { name: 'Move “for members only”' }).count()).toBe(0);
      await allow(['tasks:read', 'tasks:write']);
      await page.getByRole('heading', { name: 'You may not see this' }).waitFor();
      expect(await card(page, 'for members only').count()).toBe(0);
      await allow([]);
      await page.getByRole('button', { name: 'Move “for members only”' }).waitFor();
    });

    it.each([
      ['light', 1280],
      ['dark', 1280],
      ['light', 375],
    ] as const)('has no violation that axe finds, %s at %i px', async (theme, width) => {
      const { id } = await make('looked at by axe');
      const page = await open('', { theme, width });
      await card(page, 'looked at by axe').first().waitFor();
      expect(await axeViolations(page)).toEqual([]);
      await page.goto(`${tidings.url}/w/${tidings.workspaceId}/tasks?task=${id}`);
      await page.getByRole('dialog').getByLabel('Title').waitFor();
      expect(await axeViolations(page)).toEqual([]);
    });
  });
}
