import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { signUp } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { chromiumPath, startBrowser } from '../support/browser.js';
import { axeViolations, openDashboard } from '../support/dashboard.js';
import { eventually } from '../support/eventually.js';

const EMAIL = 'channels-bob@example.com';
const BOB = { email: EMAIL, password: `password of ${EMAIL}` };

if (chromiumPath === undefined) {
  describe('the screen Channels is not tested without Chromium', () => {
    it.todo('runs when Chromium is installed or set in CHROMIUM_PATH');
  });
} else {
  const path = chromiumPath;
  let tidings: RunningTidings;
  let browser: Browser;
  let bobsMembership: string;
  beforeAll(async () => {
    tidings = await startTidings();
    browser = await startBrowser(path);
    const bob = await signUp(tidings.api, EMAIL);
    bobsMembership = `/v1/workspaces/${tidings.workspaceId}/members/${bob.userId}`;
    await tidings.api.put(bobsMembership, { role: 'member' });
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await tidings.stop();
  });

  const channelOf = (topic: string): string => `topic:${tidings.workspaceId}/${topic}`;
  const publish = async (topic: string, from: number, to: number): Promise<{ id: string }> => {
    const events = [];
    for (let number = from; number <= to; number++) {
      events.push({
        channel: channelOf(topic),
        type: number % 2 ? 'odd' : 'even',
        payload: { title: `${topic} ${number}` },
      });
    }
    const { status, body } = await tidings.api.post<{ events: { id: string }[] }>(
      `/v1/workspaces/${tidings.workspaceId}/events`,
      { events },
    );
    expect(status).toBe(201);
    return body.events[0] ?? { id: '' };
  };
  const openLog = (
    topic: string,
    ...options: [Parameters<typeof openDashboard>[3]?, Parameters<typeof openDashboard>[4]?]
  ) => openDashboard(browser, tidings, `/w/${tidings.workspaceId}/channels/${channelOf(topic)}`, ...options);
  const log = (page: Page, topic: string) => page.getByRole('table', { name: `Log of ${topic}` });
  const row = (page: Page, topic: string, title: string) =>
    log(page, topic).getByRole('row').filter({ hasText: title });

  // A page that arrives after a step makes the log longer, so that one step to its end is not always enough.
  const scrollDownTo = async (page: Page, topic: string, title: string): Promise<void> => {
    await log(page, topic).hover();
    await eventually(`the log shows ${title}`, async () => {
      await page.mouse.wheel(0, 320);
      return log(page, topic).getByText(title, { exact: true }).isVisible();
    });
  };

  describe('the screen Channels', () => {
    it('publishes an event to a new topic, whose log then has it', async () => {
      const page = await openDashboard(browser, tidings, `/w/${tidings.workspaceId}/channels`);
      await page.getByRole('button', { name: 'Publish an event' }).click();
      await page.getByRole('textbox', { name: 'Topic' }).fill('news/eu');
      await page.getByRole('textbox', { name: 'Payload' }).fill('{"title": ');
      await page.getByRole('button', { name: 'Publish', exact: true }).click();
      await page.getByText('This is not JSON').waitFor();
      await page.getByRole('textbox', { name: 'Payload' }).fill('{"title": "the news"}');
      await page.getByRole('button', { name: 'Publish', exact: true }).click();
      await page.getByRole('table', { name: 'Channels' }).getByRole('link', { name: 'news/eu' }).click();
      await row(page, 'news/eu', 'the news').waitFor();
      await page.context().close();
    });

    it('follows a log live, and loads its older pages by scrolling', async () => {
      await publish('long', 1, 100);
      await publish('long', 101, 200);
      await publish('long', 201, 250);
      const page = await openLog('long');
      await row(page, 'long', 'long 250').waitFor();
      await publish('long', 251, 251);
      await row(page, 'long', 'long 251').waitFor();
      for (const oldest of ['long 152', 'long 51', 'long 1']) await scrollDownTo(page, 'long', oldest);
      await page.context().close();
    });

    it('shows only events of the chosen type, later ones included', async () => {
      await publish('typed', 1, 4);
      const page = await openLog('typed');
      await row(page, 'typed', 'typed 1').waitFor();
      await page.getByRole('combobox', { name: 'Only this event type' }).fill('even');
      await page.getByRole('button', { name: 'Filter', exact: true }).click();
      await row(page, 'typed', 'typed 1').waitFor({ state: 'detached' });
      await publish('typed', 5, 6);
      await row(page, 'typed', 'typed 6').waitFor();
      expect(await row(page, 'typed', 'typed').count()).toBe(3);
      expect(new URL(page.url()).searchParams.get('type')).toBe('even');
      await page.context().close();
    });

    it('names the users who follow a topic, as they come and go', async () => {
      await publish('watched', 1, 1);
      const page = await openLog('watched');
      await page.getByText('1 user follows it now').waitFor();
      const other = await openLog('watched', {}, BOB);
      await page.getByText('2 users follow it now').waitFor();
      await page.getByText(EMAIL).waitFor();
      await other.context().close();
      await page.context().close();
    });

    it('tells which member got an event, and why another one did not', async () => {
      await publish('told', 1, 1);
      const page = await openLog('told');
      await row(page, 'told', 'told 1').waitFor();
      await publish('told', 2, 2);
      await row(page, 'told', 'told 2').getByRole('link').click();
      await page.getByRole('link', { name: 'Who got it' }).click();
      await page.getByRole('cell', { name: 'written', exact: false }).first().waitFor();
      // A session of the other test may not have ended yet, or its record is not complete.
      await page
        .getByText(/not connected|not subscribed to the channel|record is incomplete/)
        .first()
        .waitFor();
      expect(new URL(page.url()).pathname).toMatch(/\/channels\/reach\/[0-9a-f-]{36}$/);
      expect(await axeViolations(page)).toEqual([]);
      await page.context().close();
    });

    it('deletes a topic only after its path was typed', async () => {
      await publish('old', 1, 3);
      const page = await openLog('old');
      await row(page, 'old', 'old 3').waitFor();
      await page.getByRole('button', { name: 'Delete the topic' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByText('Deletes 3 events for good').waitFor();
      expect(await dialog.getByRole('button', { name: 'Delete the topic' }).isDisabled()).toBe(true);
      await dialog.getByLabel('Type old to confirm').fill('old');
      await dialog.getByRole('button', { name: 'Delete the topic' }).click();
      await page.getByText('The topic old is deleted').waitFor();
      await page
        .getByRole('table', { name: 'Channels' })
        .getByText('old', { exact: true })
        .waitFor({ state: 'detached' });
      await page.context().close();
    });

    it('closes the log of a topic at once when the right is denied, and shows it again when it is granted', async () => {
      await publish('secret', 1, 1);
      const page = await openLog('secret', {}, BOB);
      await row(page, 'secret', 'secret 1').waitFor();
      await tidings.api.put(bobsMembership, { role: 'member', deny: ['topics:read'] });
      await page.getByText('or you may not read it').waitFor();
      expect(await page.getByText('secret 1').count()).toBe(0);
      await tidings.api.put(bobsMembership, { role: 'member' });
      await row(page, 'secret', 'secret 1').waitFor();
      await page.context().close();
    });

    it.each([
      ['light', 1280],
      ['dark', 1280],
      ['light', 375],
    ] as const)('has no violation that axe finds, %s at %i px', async (theme, width) => {
      await publish('seen', 1, 2);
      const page = await openLog('seen', { theme, width });
      await row(page, 'seen', 'seen 1').first().waitFor();
      expect(await axeViolations(page)).toEqual([]);
      await page.goto(`${tidings.url}/w/${tidings.workspaceId}/channels`);
      await page.getByRole('table', { name: 'Channels' }).getByText('seen').waitFor();
      expect(await axeViolations(page)).toEqual([]);
      await page.context().close();
    });
  });
}
