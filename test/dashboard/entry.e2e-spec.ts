import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { Api, signUp } from '../support/api.js';
import { freePort, startTidings, type RunningTidings } from '../support/app.js';
import { chromiumPath, startBrowser } from '../support/browser.js';
import { axeViolations, openDashboard, type WindowOptions } from '../support/dashboard.js';
import { CLIENT, LocalIssuer } from '../support/local-issuer.js';

const PASSWORD = 'a pass phrase of my own';

if (chromiumPath === undefined) {
  describe('the screens for people who come in are not tested without Chromium', () => {
    it.todo('runs when Chromium is installed or set in CHROMIUM_PATH');
  });
} else {
  const path = chromiumPath;
  let issuer: LocalIssuer;
  let tidings: RunningTidings;
  let browser: Browser;

  beforeAll(async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    issuer = await new LocalIssuer().start([`${url}/v1/auth/oidc/company/callback`]);
    const signIn = { id: 'company', name: 'Company', clientId: CLIENT.id, clientSecret: CLIENT.secret };
    tidings = await startTidings({
      PORT: String(port),
      PUBLIC_URL: url,
      OIDC_ISSUERS: JSON.stringify([{ issuer: issuer.url, linkByEmail: true, signIn }]),
    });
    browser = await startBrowser(path);
  });
  afterAll(async () => {
    await browser.close();
    await tidings.stop();
    await issuer.stop();
  });

  async function open(address: string, { theme = 'light', width = 1280 }: WindowOptions = {}): Promise<Page> {
    const context: BrowserContext = await browser.newContext({
      viewport: { width, height: 800 },
      colorScheme: theme,
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const page = await context.newPage();
    await page.goto(`${tidings.url}${address}`);
    return page;
  }

  const people = (rest = '') => `/w/${tidings.workspaceId}/people${rest}`;
  const isOpen = (page: Page) => page.locator('[data-state="open"]').waitFor();
  /** The address of the link that a dialog shows once. */
  const shownLink = async (page: Page): Promise<string> =>
    new URL(await page.getByRole('dialog').getByLabel('Link', { exact: true }).innerText()).href.slice(
      tidings.url.length,
    );
  async function invite(email: string): Promise<string> {
    const { body } = await tidings.api.post('/v1/invitations', { email, workspaceId: tidings.workspaceId });
    return String(body['url']).slice(tidings.url.length);
  }
  async function setPassword(page: Page, again = PASSWORD): Promise<void> {
    await page.getByLabel('New password', { exact: true }).fill(PASSWORD);
    await page.getByLabel('New password again').fill(again);
  }

  describe('the sign-in screen', () => {
    it('signs in at an issuer, and shows the page that was asked for', async () => {
      const user = await signUp(tidings.api, 'browser@example.com');
      await tidings.api.put(`/v1/workspaces/${tidings.workspaceId}/members/${user.userId}`, { role: 'member' });
      issuer.signsIn({ sub: 'browser', email: 'browser@example.com', email_verified: true });
      const page = await open(people('?tab=roles'));
      await page.getByRole('link', { name: 'Sign in with Company' }).click();
      await isOpen(page);
      await page.waitForURL(`${tidings.url}${people('?tab=roles')}`);
      await page.reload();
      await page.getByTitle('browser@example.com').waitFor();
      await page.context().close();
    });

    it('says in words why a sign-in at an issuer failed', async () => {
      issuer.signsIn(undefined);
      const page = await open('/');
      await page.getByRole('link', { name: 'Sign in with Company' }).click();
      await page.getByRole('alert').getByText('The sign-in was cancelled at the provider.').waitFor();
      await page.getByRole('alert').getByText('auth.sign-in-cancelled').waitFor();
      await page.context().close();
    });

    it('shows no text that a link brings along', async () => {
      const page = await open('/sign-in?problem=Call%20this%20number');
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
      expect(await page.getByText('Call this number').count()).toBe(0);
      expect(await page.getByRole('alert').count()).toBe(0);
      await page.context().close();
    });

    it('says how to get a new password when the service sends no mails', async () => {
      const page = await open('/');
      await page.getByRole('link', { name: 'Forgot your password?' }).click();
      await page.getByText('This service sends no mails.').waitFor();
      await page.getByRole('link', { name: 'Back to the sign-in' }).click();
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
      await page.context().close();
    });
  });

  describe('an invitation in the dashboard', () => {
    it('is made, listed, accepted by a new user with the copied link, and gone from the list', async () => {
      const admin = await openDashboard(browser, tidings, people('?tab=invitations'));
      await admin.getByText('No invitation is open.').waitFor();
      await admin.getByRole('button', { name: 'Invite' }).click();
      await admin.getByRole('dialog').getByLabel('E-mail').fill('nia@example.com');
      await admin.getByRole('dialog').getByLabel('Name').fill('Nia');
      await admin.getByRole('dialog').getByRole('button', { name: 'Invite' }).click();
      await admin.getByRole('heading', { name: 'The link for nia@example.com' }).waitFor();
      const link = await shownLink(admin);
      await admin.getByRole('button', { name: 'I have copied it' }).click();
      await admin.getByRole('row', { name: /nia@example\.com member as a link/ }).waitFor();

      const nia = await open(link);
      await nia.getByText('invites nia@example.com to the workspace Demo with the role member.').waitFor();
      expect(await nia.getByLabel('Your name').inputValue()).toBe('Nia');
      await setPassword(nia, 'something else, as long');
      await nia.getByRole('button', { name: 'Create the account' }).click();
      await nia.getByText('The two new passwords differ.').waitFor();
      await setPassword(nia);
      await nia.getByRole('button', { name: 'Create the account' }).click();
      await isOpen(nia);
      await nia.getByTitle('Nia').waitFor();
      await admin.reload();
      await admin.getByText('No invitation is open.').waitFor();
      await Promise.all([admin.context().close(), nia.context().close()]);
    });

    it('is accepted after a sign-in by a person with an account, also at an issuer', async () => {
      await signUp(tidings.api, 'has@example.com');
      const page = await open(await invite('has@example.com'));
      await page.getByText('has@example.com has an account. Sign in to accept.').waitFor();
      issuer.signsIn({ sub: 'has', email: 'has@example.com', email_verified: true });
      await page.getByRole('link', { name: 'Sign in with Company' }).click();
      await page.getByRole('button', { name: 'Accept the invitation' }).click();
      await isOpen(page);
      await page.waitForURL(`${tidings.url}/w/${tidings.workspaceId}/overview`);
      await page.context().close();
    });

    it('is revoked, and its link says so', async () => {
      const link = await invite('revoked@example.com');
      const admin = await openDashboard(browser, tidings, people('?tab=invitations'));
      await admin.getByRole('button', { name: 'Revoke the invitation of revoked@example.com' }).click();
      await admin.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
      await admin.getByText('No invitation is open.').waitFor();
      const page = await open(link);
      await page.getByRole('alert').getByText('invitation.invalid').waitFor();
      await Promise.all([admin.context().close(), page.context().close()]);
    });

    it('is offered only to those who may manage members', async () => {
      const viewer = await signUp(tidings.api, 'viewer@example.com');
      await tidings.api.put(`/v1/workspaces/${tidings.workspaceId}/members/${viewer.userId}`, { role: 'viewer' });
      const person = { email: 'viewer@example.com', password: 'password of viewer@example.com' };
      const page = await openDashboard(browser, tidings, people('?tab=invitations'), {}, person);
      await page.getByRole('tab', { name: 'Members' }).waitFor();
      expect(await page.getByRole('tab', { name: 'Invitations' }).count()).toBe(0);
      expect(await page.getByRole('button', { name: 'Invite' }).count()).toBe(0);
      await page.context().close();
    });
  });

  describe('a password in the dashboard', () => {
    it('is reset by the link of an administrator', async () => {
      const user = await signUp(tidings.api, 'resets@example.com');
      await tidings.api.put(`/v1/workspaces/${tidings.workspaceId}/members/${user.userId}`, { role: 'viewer' });
      const admin = await openDashboard(browser, tidings, people(`?member=${user.userId}`));
      await admin.getByRole('button', { name: 'Reset the password' }).click();
      await admin.getByRole('button', { name: 'Make the link' }).click();
      const link = await shownLink(admin);
      const page = await open(link);
      await setPassword(page);
      await page.getByRole('button', { name: 'Set the password' }).click();
      await page.getByText('The password is set. Sign in with it.').waitFor();
      await page.getByRole('link', { name: 'Sign in' }).click();
      await page.getByLabel('E-mail').fill('resets@example.com');
      await page.getByLabel('Password').fill(PASSWORD);
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await isOpen(page);
      const again = await open(link);
      await setPassword(again);
      await again.getByRole('button', { name: 'Set the password' }).click();
      await again.getByRole('alert').getByText('password-reset.invalid').waitFor();
      await Promise.all([admin, page, again].map((each) => each.context().close()));
    });

    it('that another person chose is replaced before anything else is shown', async () => {
      const admin = await openDashboard(browser, tidings, people());
      await admin.getByRole('button', { name: 'Create a user' }).click();
      await admin.getByLabel('E-mail').fill('first@example.com');
      await admin.getByLabel('First password').fill('the first password');
      await admin.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
      await admin.getByRole('status').getByText('first@example.com is a member').waitFor();
      const page = await open('/');
      await page.getByLabel('E-mail').fill('first@example.com');
      await page.getByLabel('Password').fill('the first password');
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await page.getByRole('heading', { name: 'Choose your own password' }).waitFor();
      expect(await page.getByRole('navigation').count()).toBe(0);
      await page.reload();
      await page.getByRole('heading', { name: 'Choose your own password' }).waitFor();
      await page.getByLabel('Current password').fill('the first password');
      await setPassword(page);
      await page.getByRole('button', { name: 'Change the password' }).click();
      await isOpen(page);
      await new Api(tidings.url).logIn('first@example.com', PASSWORD);
      await Promise.all([admin.context().close(), page.context().close()]);
    });
  });

  describe('the screens for people who come in', () => {
    it.each([
      ['light', 1280],
      ['dark', 1280],
      ['light', 375],
    ] as const)('have no violation that axe finds, %s at %i px', async (theme, width) => {
      const window = { theme, width };
      const name = `${theme}${width}`;
      const check = async (page: Page) => expect(await axeViolations(page)).toEqual([]);
      const page = await open('/sign-in?problem=auth.sign-in-refused', window);
      await page.getByRole('link', { name: 'Sign in with Company' }).waitFor();
      await check(page);
      await page.goto(`${tidings.url}/forgot-password`);
      await page.getByText('This service sends no mails.').waitFor();
      await check(page);
      await page.goto(`${tidings.url}/reset-password#token`);
      await page.getByLabel('New password again').waitFor();
      await check(page);
      await page.goto(`${tidings.url}${await invite(`axe-${name}@example.com`)}`);
      await page.getByLabel('Your name').waitFor();
      await check(page);
      const email = `must-${name}@example.com`;
      await tidings.api.post('/v1/users', { email, password: PASSWORD, mustChangePassword: true });
      await page.goto(`${tidings.url}/`);
      await page.getByLabel('E-mail').fill(email);
      await page.getByLabel('Password').fill(PASSWORD);
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await page.getByRole('heading', { name: 'Choose your own password' }).waitFor();
      await check(page);
      const admin = await openDashboard(browser, tidings, people('?tab=invitations'), window);
      await admin.getByRole('row', { name: /axe-/ }).first().waitFor();
      await check(admin);
      await admin.getByRole('button', { name: 'Invite' }).click();
      await admin.getByRole('dialog').getByLabel('E-mail').fill(`linked-${name}@example.com`);
      await check(admin);
      await admin.getByRole('dialog').getByRole('button', { name: 'Invite' }).click();
      await admin.getByRole('button', { name: 'I have copied it' }).waitFor();
      await check(admin);
      await Promise.all([admin.context().close(), page.context().close()]);
    });
  });
}
