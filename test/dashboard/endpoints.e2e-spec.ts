import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { startTidings, type RunningTidings } from '../support/app.js';
import { chromiumPath, startBrowser } from '../support/browser.js';
import { axeViolations, openDashboard } from '../support/dashboard.js';
import { eventually } from '../support/eventually.js';
import { startReceiver, type Receiver } from '../support/receiver.js';
import { post } from '../support/webhooks.js';

if (chromiumPath === undefined) {
  describe('the endpoints of the dashboard are not tested without Chromium', () => {
    it.todo('runs when Chromium is installed or set in CHROMIUM_PATH');
  });
} else {
  const path = chromiumPath;
  let tidings: RunningTidings;
  let browser: Browser;
  let receiver: Receiver;

  beforeAll(async () => {
    tidings = await startTidings({ OUTBOUND_ALLOW: '127.0.0.1' });
    browser = await startBrowser(path);
    receiver = await startReceiver();
  });
  afterAll(async () => {
    await browser.close();
    await receiver.close();
    await tidings.stop();
  });

  const open = (screen: string, options?: Parameters<typeof openDashboard>[3]): Promise<Page> =>
    openDashboard(browser, tidings, `/w/${tidings.workspaceId}/${screen}`, options);

  const makeEndpoint = async (name: string, more: object = {}): Promise<string> => {
    const request = {
      name,
      url: `${receiver.url}/${name.replaceAll(' ', '-')}`,
      eventTypes: ['task:deleted'],
      ...more,
    };
    const { body } = await tidings.api.post<{ id: string }>(`/v1/workspaces/${tidings.workspaceId}/endpoints`, request);
    return body.id;
  };

  describe('the endpoints', () => {
    it.each([
      ['light', 1280],
      ['dark', 1280],
      ['light', 375],
    ] as const)(
      'have no violation that axe finds, in the list, open and in the form, %s at %i px',
      async (theme, width) => {
        const name = `axe ${theme} ${width}`;
        const id = await makeEndpoint(name, { filter: { 'payload.id': { $exists: true } } });
        const page = await open('endpoints', { theme, width });
        await page.getByRole('link', { name }).waitFor();
        expect(await axeViolations(page)).toEqual([]);
        await page.getByRole('link', { name }).click();
        await page.getByText('No messages yet').waitFor();
        expect(await axeViolations(page)).toEqual([]);
        await page.goto(`${tidings.url}/w/${tidings.workspaceId}/endpoints/${id}/edit`);
        await page.getByLabel('Filter as JSON').waitFor();
        await page
          .getByText('The workspace has no event yet')
          .or(page.getByText(/of \d+ match/))
          .first()
          .waitFor();
        expect(await axeViolations(page)).toEqual([]);
        await page.context().close();
      },
    );

    it('are created with a filter that is tried on the last events, and the secret is shown once', async () => {
      await post(tidings.openSourceUrl, 'the first text');
      await post(tidings.openSourceUrl, 'the second text');
      const page = await open('endpoints/new');
      await page.getByLabel('Name', { exact: true }).fill('our CRM');
      await page.getByLabel('URL', { exact: true }).fill(`${receiver.url}/crm`);
      const filter = page.getByLabel('Filter as JSON');
      await filter.fill('{"payload.title": {"$regex": "first"}}');
      await page.getByText('There is no operator $regex.').waitFor();
      expect(await page.getByRole('button', { name: 'Create the endpoint' }).isDisabled()).toBe(true);
      await filter.fill('{"type": "webhook:received", "payload.title": {"$ne": "the second text"}}');
      await page.getByText('1 of 2 match').waitFor();
      await post(tidings.openSourceUrl, 'the third text');
      await page.getByText('2 of 3 match').waitFor();
      await page.getByLabel('Retries', { exact: true }).selectOption('quick');
      await page.getByRole('img', { name: /^6 attempts within 9 min/ }).waitFor();
      await page.getByRole('button', { name: 'Create the endpoint' }).click();
      await page.getByText(/^whsec_/).waitFor();
      await page.reload();
      await page.getByRole('heading', { name: 'Facts' }).waitFor();
      expect(await page.getByText(/^whsec_/).count()).toBe(0);
      await post(tidings.openSourceUrl, 'the second text');
      await post(tidings.openSourceUrl, 'a text for the CRM');
      const sent = (text: string): boolean =>
        receiver.received.some((request) => request.path === '/crm' && request.body.includes(text));
      await eventually('the endpoint gets an event that matches', () => sent('a text for the CRM'));
      expect(sent('the second text')).toBe(false);
      await page.context().close();
    });

    it('take a test event, whose request and response are shown', async () => {
      const id = await makeEndpoint('tested');
      const page = await open(`endpoints/${id}`);
      await page.getByRole('button', { name: 'Send a test event' }).click();
      const dialog = page.getByRole('dialog', { name: 'endpoint:test' });
      await dialog.getByText('delivered').first().waitFor();
      await dialog.getByText('Attempt 1').click();
      await dialog.getByText('x-answer').waitFor();
      await dialog.getByText('"endpoint:test"').first().waitFor();
      expect(await axeViolations(page)).toEqual([]);
      expect(new URL(page.url()).searchParams.get('message')).toMatch(/^[0-9a-f-]{36}$/);
      await page.context().close();
    });

    it('send failed messages again, one and many, with progress', async () => {
      const id = await makeEndpoint('failing', { retries: 'none', eventTypes: ['webhook:received'] });
      receiver.answer = ({ path: wanted }) => (wanted === '/failing' ? 500 : 204);
      const page = await open(`endpoints/${id}`);
      await page.getByText('No messages yet').waitFor();
      for (const text of ['one', 'two', 'three']) await post(tidings.openSourceUrl, `fails ${text}`);
      const messages = page.getByRole('table', { name: 'Messages' });
      await eventually('three messages are shown as failed', async () => {
        const fresh = page.getByRole('button', { name: /new$/ });
        if ((await fresh.count()) > 0) await fresh.click({ timeout: 500 }).catch(() => undefined);
        return (await messages.getByText('failed').count()) === 3;
      });
      await page.getByText('failing', { exact: true }).first().waitFor();
      receiver.answer = () => 204;
      await messages.getByRole('link').first().click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('button', { name: 'Replay' }).click();
      await dialog.getByText('delivered').first().waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Replay many' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Replay' }).click();
      await page.getByText('2 messages due again').waitFor();
      await eventually(
        'all messages are shown as delivered',
        async () => (await messages.getByText('delivered').count()) === 3,
      );
      await page.getByRole('group', { name: 'Messages by status' }).getByText('failed').click();
      await page.getByText('No message is failed.').waitFor();
      await page.context().close();
    });

    it('rotate their secret with an overlap that counts down, are switched off and on, and deleted', async () => {
      const id = await makeEndpoint('managed');
      const page = await open(`endpoints/${id}`);
      const choose = async (name: string): Promise<void> => {
        await page.getByRole('button', { name: 'More actions' }).click();
        await page.getByRole('menuitem', { name }).click();
      };
      await choose('Rotate the secret');
      await page.getByRole('dialog').getByRole('button', { name: 'Rotate the secret' }).click();
      await page.getByText(/^whsec_/).waitFor();
      await page
        .getByRole('timer')
        .getByText(/another 23:59:\d\d/)
        .waitFor();
      await choose('Disable');
      await page.getByText('Disabled by a user.').first().waitFor();
      await page.getByRole('button', { name: 'Enable', exact: true }).first().click();
      await page.getByText('Disabled by a user.').first().waitFor({ state: 'detached' });
      await choose('Delete');
      await page.getByRole('dialog').getByText('0 messages still waiting will not be sent').waitFor();
      await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
      await page.getByRole('link', { name: 'managed' }).waitFor({ state: 'detached' });
      await page.context().close();
    });

    it('close at once for a user who loses webhooks:manage', async () => {
      const email = 'manager@example.com';
      const password = 'the password of the manager';
      const { body } = await tidings.api.post<{ id: string }>('/v1/users', { email, name: 'Manager', password });
      const member = `/v1/workspaces/${tidings.workspaceId}/members/${body.id}`;
      await tidings.api.put(member, { role: 'member', grant: ['webhooks:manage'] });
      const page = await openDashboard(
        browser,
        tidings,
        `/w/${tidings.workspaceId}/endpoints`,
        {},
        { email, password },
      );
      await page.getByRole('link', { name: 'Add an endpoint' }).first().waitFor();
      await tidings.api.put(member, { role: 'member' });
      await page.getByRole('heading', { name: 'You may not see this' }).waitFor();
      expect(await page.getByRole('link', { name: 'Endpoints' }).count()).toBe(0);
      await page.context().close();
    });
  });
}
