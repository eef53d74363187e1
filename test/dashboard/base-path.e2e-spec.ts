import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { signUp } from '../support/api.js';
import { freePort, startTidings, type RunningTidings } from '../support/app.js';
import { chromiumPath, startBrowser } from '../support/browser.js';
import { openDashboard } from '../support/dashboard.js';
import { CLIENT, LocalIssuer } from '../support/local-issuer.js';
import { PathProxy } from '../support/path-proxy.js';

if (chromiumPath === undefined) {
  describe('the dashboard is not tested without Chromium', () => {
    it.todo('runs when Chromium is installed or set in CHROMIUM_PATH');
  });
} else {
  const path = chromiumPath;
  let proxy: PathProxy;
  let tidings: RunningTidings;
  let browser: Browser;
  let issuer: LocalIssuer;
  beforeAll(async () => {
    proxy = await PathProxy.start('/tidings');
    const port = await freePort();
    proxy.to(`http://127.0.0.1:${port}`);
    issuer = await new LocalIssuer().start([`${proxy.url}/v1/auth/oidc/company/callback`]);
    const signIn = { id: 'company', name: 'Company', clientId: CLIENT.id, clientSecret: CLIENT.secret };
    [tidings, browser] = await Promise.all([
      startTidings({
        PORT: String(port),
        PUBLIC_URL: proxy.url,
        OIDC_ISSUERS: JSON.stringify([{ issuer: issuer.url, linkByEmail: true, signIn }]),
      }),
      startBrowser(path),
    ]);
  });
  afterAll(async () => {
    await browser.close();
    await tidings.stop();
    await issuer.stop();
    proxy.stop();
  });

  describe('the dashboard behind a proxy below a path', () => {
    it('signs in, follows live events, and stays there after a reload, all below the path', async () => {
      const page = await openDashboard(browser, proxy, '/');
      await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
      const screen = (name: string) => `/tidings/w/${tidings.workspaceId}/${name}`;
      expect(new URL(page.url()).pathname).toBe(screen('overview'));
      await page.getByRole('link', { name: 'Playground' }).click();
      await page.getByRole('button', { name: 'Connect', exact: true }).click();
      await page.locator('[data-playground="open"]').waitFor();
      await page.reload();
      await page.getByRole('heading', { name: 'Playground', level: 1 }).waitFor();
      await page.locator('[data-state="open"]').waitFor();
      expect(new URL(page.url()).pathname).toBe(screen('playground'));
      expect(proxy.outside.filter((asked) => asked !== '/favicon.ico')).toEqual([]);
      await page.context().close();
    });

    it('signs in at an issuer, back to the page that was asked for, and stays signed in after a reload', async () => {
      const user = await signUp(tidings.api, 'company@example.com');
      await tidings.api.client.PUT('/v1/workspaces/{ws}/members/{userId}', {
        params: { path: { ws: tidings.workspaceId, userId: user.userId } },
        body: { role: 'member' },
      });
      issuer.signsIn({ sub: 'below', email: 'company@example.com', email_verified: true });
      const page = await (await browser.newContext()).newPage();
      const wanted = `${proxy.url}/w/${tidings.workspaceId}/people?tab=roles`;
      await page.goto(wanted);
      await page.getByRole('link', { name: 'Sign in with Company' }).click();
      await page.waitForURL(wanted);
      await page.locator('[data-state="open"]').waitFor();
      const cookies = await page.context().cookies(`${proxy.url}/v1/auth/refresh`);
      // The issuer of the test has the same host.
      const own = cookies.filter(({ name }) => name.startsWith('tidings_'));
      expect(own.map(({ name, path: below }) => [name, below])).toEqual([['tidings_refresh', '/tidings/v1/auth']]);
      await page.reload();
      await page.getByTitle('company@example.com').waitFor();
      expect(proxy.outside.filter((asked) => asked !== '/favicon.ico')).toEqual([]);
      await page.context().close();
    });

    it('leads back to its sign-in screen below the path when the issuer refuses', async () => {
      issuer.signsIn(undefined);
      const page = await (await browser.newContext()).newPage();
      await page.goto(`${proxy.url}/`);
      await page.getByRole('link', { name: 'Sign in with Company' }).click();
      await page.getByRole('alert').getByText('auth.sign-in-cancelled').waitFor();
      expect(new URL(page.url()).pathname).toBe('/tidings/sign-in');
      await page.context().close();
    });

    it('shows the address below the path in its snippets', async () => {
      const page = await openDashboard(browser, proxy, `/w/${tidings.workspaceId}/playground`);
      await page.getByText(`curl -N -H "Authorization: Bearer $TOKEN" "${proxy.url}/v1/stream?`).waitFor();
      await page.context().close();
    });

    it('serves the guide, whose links and search stay below the path', async () => {
      const page = await (await browser.newContext()).newPage();
      await page.goto(`${proxy.url}/docs/guide`);
      await page.getByRole('link', { name: 'Permissions', exact: true }).first().click();
      await page.getByRole('heading', { name: 'Permissions', level: 1 }).waitFor();
      await page.getByRole('button', { name: 'Search' }).first().click();
      await page.getByRole('searchbox').fill('asynchronous-standby');
      await page
        .getByRole('link', { name: /Readiness/ })
        .first()
        .click();
      await page.waitForURL(/\/tidings\/docs\/guide\/operations#/);
      await page.reload();
      await page.getByRole('heading', { name: 'Readiness' }).waitFor();
      expect(proxy.outside.filter((asked) => asked !== '/favicon.ico')).toEqual([]);
      await page.context().close();
    });
  });
}
