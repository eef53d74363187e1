import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { signUp, type Api } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { chromiumPath, startBrowser } from '../support/browser.js';
import { axeViolations, openDashboard } from '../support/dashboard.js';
import { makeSource, post, postGithub } from '../support/webhooks.js';

if (chromiumPath === undefined) {
  describe('the sources of the dashboard are not tested without Chromium', () => {
    it.todo('runs when Chromium is installed or set in CHROMIUM_PATH');
  });
} else {
  const path = chromiumPath;
  let tidings: RunningTidings;
  let browser: Browser;
  let viewer: Api;
  const VIEWER = 'viewer@example.com';

  beforeAll(async () => {
    tidings = await startTidings();
    browser = await startBrowser(path);
    viewer = await signUp(tidings.api, VIEWER);
    await tidings.api.put(`/v1/workspaces/${tidings.workspaceId}/members/${viewer.userId}`, { role: 'viewer' });
  });
  afterAll(async () => {
    await browser.close();
    await tidings.stop();
  });

  const open = (
    screen: string,
    options?: Parameters<typeof openDashboard>[3],
    person?: Parameters<typeof openDashboard>[4],
  ): Promise<Page> => openDashboard(browser, tidings, `/w/${tidings.workspaceId}/${screen}`, options, person);

  const rowOf = (page: Page, name: string) => page.getByRole('row').filter({ has: page.getByRole('link', { name }) });

  describe('the list of sources', () => {
    it.each([
      ['light', 1280],
      ['dark', 1280],
      ['light', 375],
    ] as const)(
      'has no violation that axe finds, with an open source and in the wizard, %s at %i px',
      async (theme, width) => {
        const source = await makeSource(tidings.api, tidings.workspaceId, {
          provider: 'github',
          name: `axe ${theme} ${width}`,
        });
        const page = await open('sources', { theme, width });
        await rowOf(page, `axe ${theme} ${width}`).waitFor();
        expect(await axeViolations(page)).toEqual([]);
        await page.goto(`${tidings.url}/w/${tidings.workspaceId}/sources/${source.id}`);
        await page.getByRole('heading', { name: 'Fetch what never arrived' }).waitFor();
        expect(await axeViolations(page)).toEqual([]);
        await page.goto(`${tidings.url}/w/${tidings.workspaceId}/sources/new`);
        await page.getByText('58 senders').waitFor();
        expect(await axeViolations(page)).toEqual([]);
        await page.goto(`${tidings.url}/w/${tidings.workspaceId}/sources/new?source=${source.id}`);
        await page.getByText('Waiting for the first delivery').waitFor();
        expect(await axeViolations(page)).toEqual([]);
        await page.context().close();
      },
    );

    it('counts a delivery and shows when the source was last seen, without a reload', async () => {
      const source = await makeSource(tidings.api, tidings.workspaceId, { provider: 'github', name: 'live github' });
      const page = await open('sources');
      const row = rowOf(page, 'live github');
      await row.getByRole('img', { name: '0 deliveries in the last 24 hours' }).waitFor();
      await postGithub(source, { body: JSON.stringify({ zen: 'Keep it logically awesome.' }), event: 'ping' });
      await row.getByRole('img', { name: '1 delivery in the last 24 hours' }).waitFor();
      expect(await row.getByText('never').count()).toBe(1);
      await page.context().close();
    });

    it('follows a source with a channel of its own', async () => {
      const request = { provider: 'open', name: 'own-channel', ownChannel: true };
      const source = await makeSource(tidings.api, tidings.workspaceId, request);
      const page = await open('sources');
      const row = rowOf(page, 'own-channel');
      await row.getByRole('img', { name: '0 deliveries in the last 24 hours' }).waitFor();
      await post(source.url, 'this is for a channel of its own');
      await row.getByRole('img', { name: '1 delivery in the last 24 hours' }).waitFor();
      await page.context().close();
    });
  });

  describe('the wizard', () => {
    it('creates a source with a chosen secret, and turns into its first delivery', async () => {
      const page = await open('sources/new');
      await page.getByLabel('Search senders').fill('githu');
      await page.getByRole('link', { name: 'GitHub' }).click();
      const secret = await page.getByLabel('Signing secret').inputValue();
      expect(secret).toMatch(/^[\w-]{43}$/);
      await page.getByLabel('Name').fill('octo/hello');
      await page.getByRole('button', { name: 'Create the source' }).click();
      await page.getByText('Waiting for the first delivery').waitFor();
      await page.getByLabel('Signing secret', { exact: true }).getByText(secret).waitFor();
      const url = await page.getByLabel('URL of the source', { exact: true }).innerText();
      const source = { id: '', url, secret };
      const body = JSON.stringify({ zen: 'Approachable is better than simple.', hook_id: 1 });
      await postGithub({ ...source, secret: 'a secret of somebody else' }, { body, event: 'ping' });
      await page.getByText('refused', { exact: false }).first().waitFor();
      await postGithub(source, { body, event: 'ping' });
      await page.getByRole('link', { name: /Approachable is better than simple/ }).waitFor();
      await page.context().close();
    });

    it('creates a source before the sender shows its secret, and takes the secret then', async () => {
      const page = await open('sources/new?provider=stripe');
      expect(await page.getByRole('checkbox').isChecked()).toBe(true);
      await page.getByText('shows it as Signing secret').waitFor();
      await page.getByRole('button', { name: 'Create the source' }).click();
      await page.getByLabel('Signing secret').fill('whsec_of_the_destination_at_stripe');
      await page.getByRole('button', { name: 'Save the secret' }).click();
      await page.getByRole('heading', { name: 'Enter the secret' }).waitFor({ state: 'detached' });
      expect(await page.getByText('It is not shown again').count()).toBe(0);
      await page.getByLabel('Event of the simulated delivery').selectOption('invoice.payment_failed');
      await page.getByRole('button', { name: 'Send a simulated one' }).click();
      await page.getByRole('link', { name: /payment failed/i }).waitFor();
      await page.context().close();
    });

    it('offers to generate a secret only where the user chooses it, and says where else it comes from', async () => {
      const page = await open('sources/new?provider=discord');
      await page.getByText('The Public Key on the page General Information').waitFor();
      expect(await page.getByRole('checkbox').isChecked()).toBe(false);
      expect(await page.getByRole('button', { name: 'Generate' }).count()).toBe(0);
      await page.getByLabel('Signing secret').fill('ab'.repeat(32));
      await page.getByRole('checkbox').check();
      await page.getByRole('button', { name: 'Create the source' }).click();
      await page.getByText('The source has no secret until then').waitFor();
      await page.goto(`${tidings.url}/w/${tidings.workspaceId}/sources/new?provider=telegram`);
      await page.getByRole('button', { name: 'Generate' }).waitFor();
      expect(await page.getByRole('checkbox').count()).toBe(0);
      await page.context().close();
    });

    it.each([
      ['Telegram', 'sends a token'],
      ['Postmark', 'sends a user name and a password'],
      ['Discord', 'signs with a private key'],
      ['Stripe', 'signs with a secret'],
    ])('says on the card of %s that it %s', async (label, proof) => {
      const page = await open('sources/new');
      await page.getByRole('link', { name: `${label} ${proof}` }).waitFor();
      await page.context().close();
    });

    it('shows the steps at PayPal before its option is asked for', async () => {
      const page = await open('sources/new?provider=paypal');
      await page.getByText('any text of ten letters').waitFor();
      await page.getByText('The options can be changed afterwards').waitFor();
      await page.getByLabel('webhookId').fill('ABCDEFGHIJ');
      await page.getByRole('button', { name: 'Create the source' }).click();
      await page.getByText('Waiting for the first delivery').waitFor();
      await page.context().close();
    });

    it('says at the secret why the sender could not have made it', async () => {
      const page = await open('sources/new?provider=linear');
      await page.getByRole('checkbox').uncheck();
      await page.getByLabel('Signing secret').fill('lin_api_1234567890abcdef');
      await page.getByRole('button', { name: 'Create the source' }).click();
      await page.getByText('is an API key').waitFor();
      await page.getByLabel('Signing secret').fill('short');
      await page.getByText('fewer than 16 characters').or(page.getByText('is an API key')).first().waitFor();
      await page.context().close();
    });

    it('takes the required options of a provider, and says which one is refused', async () => {
      const page = await open('sources/new?provider=aws-sns');
      await page.getByLabel('topicArn').fill('not an ARN');
      await page.getByRole('button', { name: 'Create the source' }).click();
      await page.getByRole('alert').getByText('source.invalid-options').waitFor();
      await page.getByLabel('topicArn').fill('arn:aws:sns:eu-central-1:123456789012:deploys');
      await page.getByRole('button', { name: 'Create the source' }).click();
      await page.getByText('Waiting for the first delivery').waitFor();
      await page.context().close();
    });
  });

  describe('one source', () => {
    it('keeps both secrets of a rotation, shows their last use, and ends it with the new one', async () => {
      const source = await makeSource(tidings.api, tidings.workspaceId, { provider: 'github', name: 'rotated' });
      const page = await open(`sources/${source.id}`);
      await page.getByRole('button', { name: 'Rotate' }).click();
      const next = await page.getByLabel('New secret').inputValue();
      await page.getByLabel('Current secret').fill(source.secret);
      await page.getByRole('button', { name: 'Save both' }).click();
      await page.getByRole('button', { name: 'Close' }).last().click();
      const secrets = page.getByRole('listitem').filter({ hasText: 'Last used' });
      await secrets.nth(1).waitFor();
      await postGithub({ ...source, secret: next }, { body: '{"zen":"rotated"}', event: 'ping' });
      await secrets
        .first()
        .getByText(/ago|now/)
        .waitFor({ timeout: 20_000 });
      await page.getByRole('button', { name: 'Keep only the new one' }).click();
      await page.getByRole('dialog').getByLabel('New secret').fill(next);
      await page.getByRole('dialog').getByRole('button', { name: 'Keep only the new one' }).click();
      await page.getByText('Only the new secret verifies now').waitFor();
      const old = await postGithub(source, { body: '{"zen":"too late"}', event: 'ping' });
      expect(old.status).toBe(401);
      await page.context().close();
    });

    it('pauses with an undo, changes its settings, and is deleted after it says how many deliveries it has', async () => {
      const source = await makeSource(tidings.api, tidings.workspaceId, { provider: 'open', name: 'short-lived' });
      await post(source.url, 'counted');
      const page = await open(`sources/${source.id}`);
      await page.getByRole('button', { name: 'Pause' }).click();
      await page.getByRole('button', { name: 'Resume' }).nth(1).click();
      await page.getByRole('button', { name: 'Pause' }).waitFor();
      await page.getByLabel('Payload in events').selectOption('pointers');
      await page.getByLabel('Fields').fill('/repository/full_name\n/action');
      await page.getByLabel('Allowed addresses').fill('192.0.2.0/24');
      await page.getByLabel('Silence alarm').check();
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByText('Saved. It is in force on every node.').waitFor();
      const { body } = await tidings.api.get(`/v1/workspaces/${tidings.workspaceId}/sources/${source.id}`);
      expect(body).toMatchObject({
        include: ['/repository/full_name', '/action'],
        allowedAddresses: ['192.0.2.0/24'],
        expectEverySeconds: 86_400,
        enabled: true,
      });
      await page.getByRole('button', { name: 'Delete' }).click();
      await page.getByRole('dialog').getByText('1 delivery of the last 30 days').waitFor();
      await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
      await page.getByRole('heading', { name: 'Sources', level: 1 }).waitFor();
      await rowOf(page, 'short-lived').waitFor({ state: 'detached' });
      await page.context().close();
    });

    it('shows no action without webhooks:manage, and closes when webhooks:read is taken away', async () => {
      const source = await makeSource(tidings.api, tidings.workspaceId, { provider: 'github', name: 'read only' });
      const person = { email: VIEWER, password: `password of ${VIEWER}` };
      const page = await open(`sources/${source.id}`, {}, person);
      await page.getByRole('heading', { name: 'Secrets' }).waitFor();
      expect(await page.getByRole('button', { name: /Pause|Delete|Rotate|Save|simulated/ }).count()).toBe(0);
      expect(await page.getByRole('link', { name: 'Add a source' }).count()).toBe(0);
      const member = `/v1/workspaces/${tidings.workspaceId}/members/${viewer.userId}`;
      await tidings.api.put(member, { role: 'viewer', deny: ['webhooks:read'] });
      await page.getByRole('heading', { name: 'You may not see this' }).waitFor();
      await tidings.api.put(member, { role: 'viewer' });
      await page.getByRole('heading', { name: 'Secrets' }).waitFor();
      await page.context().close();
    });
  });
}
