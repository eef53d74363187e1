import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Locator, Page } from 'playwright-core';
import { readFileSync } from 'node:fs';
import * as Y from 'yjs';
import { signUp, type Api } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { chromiumPath, startBrowser } from '../support/browser.js';
import { axeViolations, openDashboard, takePicture, type WindowOptions } from '../support/dashboard.js';
import { eventually } from '../support/eventually.js';
import { Writer } from '../support/writer.js';

if (chromiumPath === undefined) {
  describe('the documents of the dashboard are not tested without Chromium', () => {
    it.todo('runs when Chromium is installed or set in CHROMIUM_PATH');
  });
} else {
  const path = chromiumPath;
  let tidings: RunningTidings;
  let browser: Browser;
  let bea: Api;
  const BEA = { email: 'bea@example.com', password: 'password of bea@example.com' };
  beforeAll(async () => {
    tidings = await startTidings({ PRESENCE_GRACE_SECONDS: '0' });
    browser = await startBrowser(path);
    bea = await signUp(tidings.api, BEA.email);
    await deny([]);
  });
  afterAll(async () => {
    await browser.close();
    await tidings.stop();
  });

  const documents = () => `/v1/workspaces/${tidings.workspaceId}/documents`;
  const create = async (title: string): Promise<string> =>
    (await tidings.api.post<{ id: string }>(documents(), { title })).body.id;
  const deny = (permissions: string[]) =>
    tidings.api.put(`/v1/workspaces/${tidings.workspaceId}/members/${bea.userId}`, {
      role: 'member',
      grant: [],
      deny: permissions,
    });
  const addressOf = (id = '') => `/w/${tidings.workspaceId}/documents/${id}`.replace(/\/$/, '');
  const editorOf = (page: Page): Locator => page.getByRole('textbox', { name: /^Content:/ });
  const isEditable = async (page: Page): Promise<boolean> =>
    (await editorOf(page).getAttribute('contenteditable')) === 'true';
  const saved = (page: Page) => page.locator('[data-document-state="saved"]').waitFor();

  async function open(id: string, person?: typeof BEA, options?: WindowOptions): Promise<Page> {
    const page = await openDashboard(browser, tidings, addressOf(id), options, person);
    await editorOf(page).waitFor();
    return page;
  }

  /** Types at the end of the document. */
  async function write(page: Page, text: string): Promise<void> {
    await editorOf(page).click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type(text);
  }

  describe('a document in the dashboard', () => {
    it('shows two people the words and the cursor of the other, and breaks no rule of the page', async () => {
      const id = await create('Minutes');
      const [admin, other] = await Promise.all([open(id), open(id, BEA)]);
      const reports: string[] = [];
      for (const page of [admin, other]) page.on('console', (message) => reports.push(message.text()));
      await other.reload();
      await editorOf(other).waitFor();
      await write(admin, 'Monday');
      await editorOf(other).getByText('Monday').waitFor();
      await write(other, ', with coffee');
      await editorOf(admin).getByText('Monday, with coffee').waitFor();
      await editorOf(admin).locator('.caret-name', { hasText: BEA.email }).waitFor();
      await editorOf(other).locator('.caret-name', { hasText: 'Administrator' }).waitFor();
      for (const page of [admin, other]) {
        await page.getByRole('list', { name: '2 people here' }).waitFor();
        await saved(page);
      }
      await takePicture('document', admin, other);
      expect(reports.filter((text) => text.includes('Content Security Policy'))).toEqual([]);
      const { body } = await tidings.api.get<string>(`${documents()}/${id}/export?format=text`);
      expect(body.trim()).toBe('Monday, with coffee');
      await other.context().close();
      await admin.getByRole('list', { name: '1 person here' }).waitFor();
      await admin.context().close();
    });

    it('becomes read-only when the right to write is taken away, and editable when it is given back', async () => {
      const id = await create('Rights');
      const page = await open(id, BEA);
      await write(page, 'before');
      await saved(page);
      expect(await isEditable(page)).toBe(true);
      await deny(['documents:write']);
      await page.locator('[data-document-state="readOnly"]').waitFor();
      await page.getByText('You may read this document, but not change it.').waitFor();
      expect(await isEditable(page)).toBe(false);
      await write(page, ' in between');
      await deny([]);
      await saved(page);
      await eventually('the editor is editable', () => isEditable(page));
      await write(page, ' and after');
      await saved(page);
      expect((await editorOf(page).innerText()).trim()).toBe('before and after');
      await deny(['documents:read']);
      await page.getByRole('heading', { name: 'You may not see this' }).waitFor();
      await deny([]);
      await editorOf(page).getByText('before and after').waitFor();
      await page.context().close();
    });

    it('keeps a version, shows the difference from now, and restores it for both windows', async () => {
      const id = await create('Plan');
      const [admin, other] = await Promise.all([open(id), open(id, BEA)]);
      await write(admin, 'one\ntwo');
      await saved(admin);
      await admin.getByRole('link', { name: 'Versions' }).click();
      await admin.getByLabel('Name (optional)').fill('First draft');
      await admin.getByRole('button', { name: 'Keep a version' }).click();
      await admin.getByRole('link', { name: /^First draft/ }).click();
      await admin.getByText('The text is the same as now.').waitFor();
      await editorOf(other).getByText('two').waitFor();
      await write(other, ' and a half');
      const difference = admin.getByRole('region', { name: 'Difference from now' });
      await difference.getByText('two and a half').waitFor();
      expect(await difference.locator('p').allInnerTexts()).toEqual([
        expect.stringMatching(/^\s*one/),
        expect.stringMatching(/^−\s*Removed since\s*two$/),
        expect.stringMatching(/^\+\s*Added since\s*two and a half$/),
      ]);
      await admin.getByRole('button', { name: 'Restore' }).click();
      await admin.getByRole('dialog').getByText('1 other person sees the change at once.').waitFor();
      await admin.getByRole('dialog').getByRole('button', { name: 'Restore' }).click();
      await admin.getByText('The text is the same as now.').waitFor();
      for (const page of [admin, other]) {
        await eventually('the version is back', async () => !(await editorOf(page).innerText()).includes('half'));
      }
      await other.getByText('Administrator restored a version.').waitFor();
      await Promise.all([admin.context().close(), other.context().close()]);
    });

    it('stays untouched and read-only when another editor wrote what this one cannot show', async () => {
      const id = await create('Foreign');
      const writer = new Writer(() => tidings.url, id, bea.token);
      const table = new Y.XmlElement('table');
      table.insert(0, [new Y.XmlText('cell')]);
      writer.doc.getXmlFragment('default').insert(0, [table]);
      await eventually('the table is stored', () => writer.isSynced);
      const page = await openDashboard(browser, tidings, addressOf(id));
      await page.getByText('Another editor put content into this document').waitFor();
      await page.getByText('<table>cell</table>').waitFor();
      expect(await editorOf(page).count()).toBe(0);
      expect(writer.doc.getXmlFragment('default').toString()).toBe('<table>cell</table>');
      writer.leave();
      await page.context().close();
    });

    it('mentions a member, who is notified', async () => {
      const id = await create('Mentions');
      const page = await open(id);
      await write(page, 'Ask @bea');
      await page.getByRole('option', { name: BEA.email }).waitFor();
      await page.keyboard.press('Enter');
      await editorOf(page).locator('.mention', { hasText: BEA.email }).waitFor();
      await saved(page);
      const { items } = await eventually('the notification', async () => {
        const { body } = await bea.get<{ items: { kind: string }[] }>('/v1/notifications');
        return body.items.some(({ kind }) => kind === 'document.mentioned') && body;
      });
      expect(items.filter(({ kind }) => kind === 'document.mentioned')).toHaveLength(1);
      await page.context().close();
    });

    it('is downloaded under its title', async () => {
      const id = await create('Über uns');
      const page = await open(id);
      await write(page, '# Wir');
      await saved(page);
      await page.getByRole('button', { name: 'Actions for Über uns' }).click();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('menuitem', { name: 'Export as Markdown' }).click(),
      ]);
      expect(download.suggestedFilename()).toBe('Über uns.md');
      expect(readFileSync(await download.path(), 'utf8').trim()).toBe('# Wir');
      await page.context().close();
    });

    it.each([
      ['light', 1280],
      ['dark', 1280],
      ['light', 375],
    ] as const)('has no violation that axe finds, %s at %i px', async (theme, width) => {
      const id = await create(`Accessible, ${theme} at ${width} px`);
      const { body } = await tidings.api.post<{ id: string }>(`${documents()}/${id}/versions`, { name: 'Empty' });
      const other = await open(id, BEA);
      await write(other, 'Some words');
      const page = await open(id, undefined, { theme, width });
      await editorOf(page).locator('.caret-name').waitFor();
      expect(await axeViolations(page)).toEqual([]);
      await page.goto(`${tidings.url}${addressOf(id)}?panel=versions&version=${body.id}`);
      await page.getByRole('region', { name: 'Difference from now' }).waitFor();
      expect(await axeViolations(page)).toEqual([]);
      await page.goto(`${tidings.url}${addressOf()}`);
      await page.getByRole('link', { name: `Accessible, ${theme} at ${width} px` }).waitFor();
      expect(await axeViolations(page)).toEqual([]);
      await Promise.all([page.context().close(), other.context().close()]);
    });
  });

  describe('the list of documents', () => {
    it('creates, renames and deletes, and shows what others do without moving the rows', async () => {
      const page = await openDashboard(browser, tidings, addressOf());
      await page.getByRole('button', { name: 'New document' }).first().click();
      await page.getByRole('dialog').getByLabel('Title').fill('Mine');
      await page.getByRole('dialog').getByRole('button', { name: 'New document' }).click();
      await editorOf(page).waitFor();
      await page.getByRole('link', { name: 'Documents' }).click();
      const rows = page.getByRole('table', { name: 'Documents' });
      await rows.getByRole('link', { name: 'Mine' }).waitFor();
      const { body } = await bea.post<{ id: string }>(documents(), { title: 'Of Bea' });
      const fresh = page.getByRole('button', { name: '1 new' });
      await fresh.waitFor();
      expect(await rows.getByRole('link', { name: 'Of Bea' }).count()).toBe(0);
      await fresh.click();
      await rows.getByRole('link', { name: 'Of Bea' }).waitFor();
      await bea.patch(`${documents()}/${body.id}`, { title: 'Renamed by Bea' });
      await rows.getByRole('link', { name: 'Renamed by Bea' }).waitFor();
      const writer = new Writer(() => tidings.url, body.id, bea.token);
      const people = rows.getByRole('row', { name: /Renamed by Bea/ }).getByText(BEA.email);
      await people.waitFor();
      writer.leave();
      await people.waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Actions for Renamed by Bea' }).click();
      await page.getByRole('menuitem', { name: 'Rename' }).click();
      await page.getByRole('dialog').getByLabel('Title').fill('Ours');
      await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
      await rows.getByRole('link', { name: 'Ours' }).waitFor();
      const open = await openDashboard(browser, tidings, addressOf(body.id), {}, BEA);
      await open.getByRole('heading', { name: 'Ours' }).waitFor();
      await page.getByRole('button', { name: 'Actions for Ours' }).click();
      await page.getByRole('menuitem', { name: 'Delete' }).click();
      await page
        .getByRole('dialog')
        .getByText(/This deletes the content and 0 versions/)
        .waitFor();
      await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
      await rows.getByRole('link', { name: 'Ours' }).waitFor({ state: 'detached' });
      await open.getByText('This document does not exist, or was deleted.').waitFor();
      await Promise.all([page.context().close(), open.context().close()]);
    });

    it('finds titles, with the search in the address', async () => {
      await Promise.all([create('Needle'), create('Hay')]);
      const page = await openDashboard(browser, tidings, addressOf());
      await page.keyboard.press('/');
      await page.keyboard.type('need');
      await page.getByRole('link', { name: 'Needle' }).waitFor();
      await page.getByRole('link', { name: 'Hay' }).waitFor({ state: 'detached' });
      expect(new URL(page.url()).search).toBe('?q=need');
      await page.context().close();
    });

    it('offers nothing to a reader that only a writer may do', async () => {
      await create('For readers');
      await deny(['documents:write']);
      const page = await openDashboard(browser, tidings, addressOf(), {}, BEA);
      await page.getByRole('button', { name: 'Actions for For readers' }).click();
      expect(await page.getByRole('menuitem').allInnerTexts()).toEqual(['Export as Markdown', 'Export as plain text']);
      expect(await page.getByRole('button', { name: 'New document' }).count()).toBe(0);
      await deny([]);
      await page.context().close();
    });
  });
}
