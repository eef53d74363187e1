import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { signUp, type Api } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { chromiumPath, startBrowser } from '../support/browser.js';
import { axeViolations, openDashboard, takePicture } from '../support/dashboard.js';
import { eventually } from '../support/eventually.js';
import { deliveryOf, makeSource, postGithub, type TestSource } from '../support/webhooks.js';

const pushOf = (login: string, more = {}): string =>
  JSON.stringify({
    ref: 'refs/heads/main',
    after: randomUUID(),
    commits: [{ id: 'c1' }],
    sender: { login },
    repository: { full_name: 'octo/hello' },
    ...more,
  });

if (chromiumPath === undefined) {
  describe('the screen Deliveries is not tested without Chromium', () => {
    it.todo('runs when Chromium is installed or set in CHROMIUM_PATH');
  });
} else {
  const path = chromiumPath;
  let tidings: RunningTidings;
  let browser: Browser;
  let api: Api;
  let ws: string;
  let github: TestSource;
  let first: string;
  let broken: string;

  const settled = (id: string) =>
    eventually(`delivery ${id} is processed or failed`, async () => {
      const delivery = await deliveryOf(api, ws, id);
      return delivery.status !== 'received' && delivery;
    });
  const receive = async (body: string, event = 'push'): Promise<string> => {
    const { deliveryId } = await postGithub(github, { body, event });
    await settled(deliveryId);
    return deliveryId;
  };
  const open = (query = '', options = {}) => openDashboard(browser, tidings, `/w/${ws}/deliveries${query}`, options);
  const list = (page: Page) => page.getByRole('table', { name: 'Deliveries' });
  const rows = (page: Page) =>
    list(page)
      .getByRole('row')
      .filter({ has: page.getByRole('link') });
  const addresses = (page: Page): Promise<string[]> =>
    page.evaluate(`[...document.querySelectorAll('[role="row"] a')].map(({ href }) => href)`);
  const parameters = (page: Page) => Object.fromEntries(new URL(page.url()).searchParams);

  beforeAll(async () => {
    tidings = await startTidings();
    ({ api, workspaceId: ws } = tidings);
    browser = await startBrowser(path);
    github = await makeSource(api, ws, { provider: 'github' });
    first = await receive(pushOf('octocat', { size: 1 }));
    await receive(pushOf('mona', { size: 2 }));
    broken = await receive('{"not": json');
  });
  afterAll(async () => {
    await browser?.close();
    await tidings?.stop();
  });

  describe('the screen Deliveries', () => {
    it.each([
      ['light', 1280],
      ['dark', 1280],
      ['light', 375],
    ] as const)('has no violation that axe finds, %s at %i px', async (theme, width) => {
      const page = await open('', { theme, width });
      await rows(page).first().waitFor();
      await page.getByRole('button', { name: 'More filters' }).click();
      expect(await axeViolations(page)).toEqual([]);
      await page.goto(`${tidings.url}/w/${ws}/deliveries/${first}`);
      await page.getByRole('heading', { name: 'Reached' }).waitFor();
      expect(await axeViolations(page)).toEqual([]);
      await page.goto(`${tidings.url}/w/${ws}/deliveries/${broken}?part=body`);
      await page.getByText('The body is not JSON: it is shown as text.').waitFor();
      expect(await axeViolations(page)).toEqual([]);
      await page.context().close();
    });

    it('keeps its rows in place while deliveries arrive, and puts them on top when it is told to', async () => {
      const page = await open('?provider=github');
      await rows(page).first().waitFor();
      const before = await addresses(page);
      for (const number of [1, 2, 3]) await receive(pushOf(`arrival-${number}`));
      const fresh = page.getByRole('button', { name: '3 new' });
      await fresh.waitFor();
      expect(await addresses(page)).toEqual(before);
      await fresh.click();
      await rows(page).first().getByText('arrival-3 pushed').waitFor();
      await fresh.waitFor({ state: 'detached' });
      await page.context().close();
    });

    it('has its filters in the address, also after a reload', async () => {
      const page = await open();
      await rows(page).first().waitFor();
      await page.getByRole('group', { name: 'Deliveries by status' }).getByRole('button', { name: 'failed' }).click();
      await page.waitForURL('**status=failed**');
      await eventually('only the failed delivery is listed', async () => (await rows(page).count()) === 1);
      await page.getByLabel('Source').selectOption({ label: 'test github' });
      await page.getByLabel('Received', { exact: true }).selectOption('Last 24 hours');
      await page.waitForURL('**since=24h**');
      expect(parameters(page)).toEqual({ status: 'failed', sourceId: github.id, since: '24h' });
      await page.reload();
      await rows(page).first().getByText('failed').waitFor();
      expect(await rows(page).count()).toBe(1);
      await page.getByRole('button', { name: 'Clear' }).click();
      await eventually('all are listed', async () => (await rows(page).count()) > 1);
      await page.context().close();
    });

    it('searches from the key /, and cancels the search before', async () => {
      const page = await open();
      await rows(page).first().waitFor();
      await page.route(/deliveries\?.*q=slow/, () => undefined);
      const asked = page.waitForRequest(/deliveries\?.*q=slow/);
      const cancelled = page.waitForEvent('requestfailed', (request) => request.url().includes('q=slow'));
      await page.keyboard.press('/');
      await page.keyboard.type('slow');
      await asked;
      await page.keyboard.press('Control+a');
      await page.keyboard.type('mona');
      await cancelled;
      await rows(page).first().getByText('mona pushed').waitFor();
      expect(await rows(page).count()).toBe(1);
      expect(parameters(page)).toEqual({ q: 'mona' });
      await page.context().close();
    });

    it('saves its filters as a view of the workspace', async () => {
      const page = await open('?q=mona');
      await page.getByRole('button', { name: 'Saved views' }).click();
      await page.getByRole('menuitem', { name: 'Save or remove views' }).click();
      await page.getByLabel('Name of the view').fill('By Mona');
      await page.getByRole('button', { name: 'Save these filters' }).click();
      await page.goto(`${tidings.url}/w/${ws}/deliveries`);
      await page.getByRole('button', { name: 'Saved views' }).click();
      await page.getByRole('menuitem', { name: 'By Mona' }).click();
      await page.waitForURL('**q=mona');
      await page.context().close();
    });

    it('replays selected rows by keys, and shows the result', async () => {
      const page = await open('?status=failed');
      await rows(page).first().waitFor();
      for (const key of ['j', 'x', 'r']) await page.keyboard.press(key);
      await page.getByRole('dialog').getByText('1 delivery will be processed again').waitFor();
      await page.getByRole('button', { name: 'Replay 1 delivery' }).click();
      const progress = page.getByRole('region', { name: 'Replay' });
      await progress.getByText('1 of 1 delivery handed to processing').waitFor();
      await progress.getByText(/done$/).waitFor();
      await eventually('the delivery was tried twice', async () => {
        const { body } = await api.get<{ items: unknown[] }>(`/v1/workspaces/${ws}/deliveries/${broken}/attempts`);
        return body.items.length > 1;
      });
      await page.context().close();
    });

    it('says the number before it replays everything that matches', async () => {
      const source = await makeSource(api, ws, { provider: 'github', name: 'to be replayed' });
      for (const number of [1, 2]) await postGithub(source, { body: pushOf(`repeat-${number}`) });
      const page = await open(`?sourceId=${source.id}`);
      await eventually('two are listed', async () => (await rows(page).count()) === 2);
      await page.getByRole('button', { name: 'Replay everything that matches' }).click();
      await page.getByRole('dialog').getByText('2 deliveries will be processed again').waitFor();
      await page.getByLabel('As new deliveries').check();
      await page.getByRole('button', { name: 'Replay 2 deliveries' }).click();
      const progress = page.getByRole('region', { name: 'Replay' });
      await progress.getByText('2 of 2 deliveries handed to processing').waitFor();
      await page.getByRole('button', { name: '2 new' }).click();
      await eventually('the repeated ones are listed', async () => (await rows(page).count()) === 4);
      await page.context().close();
    });
  });

  describe('one delivery', () => {
    it('opens from its row, by Enter and in a tab of its own, and goes back to the same filters', async () => {
      const page = await open('?q=mona');
      await rows(page).first().waitFor();
      await page.keyboard.press('j');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'mona pushed 1 commit to main in octo/hello' }).waitFor();
      expect(await rows(page).first().isVisible()).toBe(true);
      const address = await rows(page).first().getByRole('link').getAttribute('href');
      const tab = await page.context().newPage();
      await tab.goto(new URL(address ?? '', tidings.url).href);
      await tab.getByRole('heading', { name: 'mona pushed 1 commit to main in octo/hello' }).waitFor();
      await page.keyboard.press('Escape');
      await page.waitForURL(`**/w/${ws}/deliveries?q=mona`);
      await page.context().close();
    });

    it('shows its way from the sender to the sessions that got its event', async () => {
      const page = await open();
      await rows(page).first().waitFor();
      const id = await receive(pushOf('traveller'));
      const { event } = await deliveryOf(api, ws, id);
      await page.goto(`${tidings.url}/w/${ws}/deliveries/${id}`);
      const way = page.getByRole('list', { name: 'The way of the delivery' });
      await way.getByText('The signature fits a secret of the source, by the scheme of github.').waitFor();
      const steps = await way.getByRole('heading').allInnerTexts();
      expect(steps.slice(0, 6)).toEqual(['Received', 'Verified', 'Committed', 'Processed', 'Event', 'Reached']);
      await way.getByText('Attempt 1').waitFor();
      await way.getByText(`Offset ${event?.offset}`).waitFor();
      await way.getByText('WebSocket').first().waitFor();
      await takePicture('delivery', page);
      await page.context().close();
    });

    it('compares its body with the delivery before, and copies itself as a command for curl', async () => {
      const source = await makeSource(api, ws, { provider: 'github', name: 'compared' });
      const body = (login: string) => JSON.stringify({ sender: { login }, ref: 'refs/heads/main' });
      await postGithub(source, { body: body('before') });
      const { deliveryId } = await postGithub(source, { body: body("it's after") });
      const page = await open(`/${deliveryId}`);
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await page.getByRole('tab', { name: 'Body' }).click();
      await page.getByRole('button', { name: 'Difference' }).click();
      const difference = page.getByRole('region', { name: 'Difference of the bodies' });
      await difference.getByText(`only there:`).waitFor();
      expect((await difference.innerText()).split('\n').filter((line) => /^[+-]/.test(line))).toHaveLength(2);
      await page.getByRole('button', { name: 'Copy as curl' }).click();
      await page.getByText('The command is copied.').waitFor();
      const command = await page.evaluate<string>('navigator.clipboard.readText()');
      expect(command).toContain(`curl -X POST \\\n  '${source.url}'`);
      expect(command).toContain(String.raw`it'\''s after`);
      await page.context().close();
    });

    it('is replayed by a button, and shows the second attempt', async () => {
      const page = await open(`/${first}`);
      await page.getByText('Attempt 1').waitFor();
      await page.getByRole('button', { name: 'Replay', exact: true }).click();
      await page.getByText('Attempt 2').waitFor();
      await page.context().close();
    });

    it('shows its body while its reader has webhooks:bodies, and closes without webhooks:read', async () => {
      const reader = { email: `${randomUUID()}@example.com`, password: '' };
      const { userId } = await signUp(api, reader.email);
      const member = `/v1/workspaces/${ws}/members/${userId}`;
      await api.put(member, { role: 'viewer', grant: [], deny: [] });
      const person = { ...reader, password: `password of ${reader.email}` };
      const page = await openDashboard(browser, tidings, `/w/${ws}/deliveries/${first}?part=body`, {}, person);
      await page.getByText('The body is not shown: it takes the permission webhooks:bodies.').waitFor();
      expect(await page.getByRole('button', { name: 'Replay' }).count()).toBe(0);
      await api.put(member, { role: 'viewer', grant: ['webhooks:bodies'], deny: [] });
      await page.getByText('refs/heads/main').waitFor();
      await api.put(member, { role: 'viewer', grant: [], deny: [] });
      await page.getByText('refs/heads/main').waitFor({ state: 'detached' });
      await api.put(member, { role: 'viewer', grant: [], deny: ['webhooks:read'] });
      await page.getByRole('heading', { name: 'You may not see this' }).waitFor();
      await page.context().close();
    });
  });

  describe('a refused request', () => {
    it('names its cause, fits a secret, and is accepted once the source has that secret', async () => {
      const source = await makeSource(api, ws, { provider: 'github', name: 'rotated' });
      const other = `the new secret ${randomUUID()}`;
      await postGithub({ ...source, secret: other }, { body: pushOf('locked-out') });
      await eventually('the refused request is stored', async () => {
        const answer = await api.get<{ items: unknown[] }>(`/v1/workspaces/${ws}/refused?sourceId=${source.id}`);
        return answer.body.items.length === 1;
      });
      const page = await openDashboard(browser, tidings, `/w/${ws}/refused?sourceId=${source.id}`);
      const table = page.getByRole('table', { name: 'Refused requests' });
      await table.getByText('The signature was made with another secret').waitFor();
      expect(await axeViolations(page)).toEqual([]);
      await table.getByRole('link').click();
      await page.getByRole('heading', { name: 'Refused request' }).waitFor();
      await page.getByText('Headers that can hold a secret are stored sealed').waitFor();
      await page.getByLabel('Secret', { exact: true }).fill('not this one');
      await page.getByRole('button', { name: 'Try' }).click();
      await page.getByText('This secret does not fit').waitFor();
      await page.getByRole('button', { name: 'Accept' }).click();
      await page.getByRole('alert').getByText('refusal.not-verified').waitFor();
      await page.getByLabel('Secret', { exact: true }).fill(other);
      await page.getByRole('button', { name: 'Try' }).click();
      await page.getByText('This secret fits.').waitFor();
      expect(await axeViolations(page)).toEqual([]);
      await api.patch(`/v1/workspaces/${ws}/sources/${source.id}`, { secrets: [source.secret, other] });
      await page.getByRole('button', { name: 'Accept' }).click();
      await page.getByText('Accepted as the delivery').getByRole('link').click();
      await page.getByRole('heading', { name: 'locked-out pushed' }).waitFor();
      await page.context().close();
    });
  });
}
