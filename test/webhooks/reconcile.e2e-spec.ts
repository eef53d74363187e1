import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { signUp, type Answer, type Schemas } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { startGithubApi, type GithubApi, type ListedDelivery } from '../support/github-api.js';
import { makeSource, postGithub, type TestSource } from '../support/webhooks.js';

type Reconciled = Answer<Schemas['Reconciliation'] & { code?: string }>;

const HOOK = { owner: 'octo', repo: 'hello', hookId: 1 };
const HOUR_MS = 3_600_000;

let github: GithubApi;
let tidings: RunningTidings;
let source: TestSource;

beforeAll(async () => {
  github = await startGithubApi();
  tidings = await startTidings({ GITHUB_API_URL: `${github.url}/` });
});
afterAll(async () => {
  await tidings?.stop();
  await github?.close();
});
beforeEach(async () => {
  github.hooks.clear();
  github.attempts.length = 0;
  github.calls.length = 0;
  github.refuse = () => undefined;
  source = await makeSource(tidings.api, tidings.workspaceId, { provider: 'github' });
  github.redeliver = async (delivery) => ((await send(delivery)).status === 202 ? 202 : 500);
});

const send = ({ guid }: ListedDelivery) =>
  postGithub(source, { body: JSON.stringify({ zen: guid }), event: 'push', deliveryId: guid });

/** Deliveries of a hook, newest first, one an hour. */
function hookWith(count: number, path = '/repos/octo/hello/hooks/1'): ListedDelivery[] {
  const deliveries = Array.from({ length: count }, (_, n) => {
    return { id: 1_000 + n, guid: randomUUID(), delivered_at: new Date(Date.now() - n * HOUR_MS).toISOString() };
  });
  github.hooks.set(path, deliveries);
  return deliveries;
}

const sources = () => `/v1/workspaces/${tidings.workspaceId}/sources`;
const reconcile = (fields: object = {}, api = tidings.api): Promise<Reconciled> =>
  api.post(`${sources()}/${source.id}/reconcile`, { token: github.token, ...HOOK, ...fields });
const idsStored = async () => {
  const path = `/v1/workspaces/${tidings.workspaceId}/deliveries?sourceId=${source.id}&limit=100`;
  const { body } = await tidings.api.get<{ items: { providerDeliveryId: string }[] }>(path);
  return body.items.map(({ providerDeliveryId }) => providerDeliveryId);
};

describe('the reconciliation of a source', () => {
  it('asks GitHub for what never arrived, and for nothing else', async () => {
    const deliveries = hookWith(6);
    for (const delivery of deliveries.filter(({ id }) => id % 2 === 0)) await send(delivery);
    const { status, body } = await reconcile();
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { listed: 6, missing: 3, redelivered: 3, failed: 0, nextCursor: null },
    });
    expect(github.attempts.toSorted()).toEqual([1_001, 1_003, 1_005]);
    await eventually('all have arrived', async () => (await idsStored()).length === 6);
    expect(new Set(await idsStored())).toEqual(new Set(deliveries.map(({ guid }) => guid)));
    expect((await reconcile()).body).toMatchObject({ listed: 6, missing: 0, redelivered: 0 });
  });

  it('reads all pages of the last three days, and none that is older', async () => {
    // 250 deliveries in 250 minutes, then one for each hour.
    const recent = hookWith(250).map((delivery, n) => {
      return { ...delivery, delivered_at: new Date(Date.now() - n * 60_000).toISOString() };
    });
    const older = hookWith(200).map((delivery, n) => {
      return { ...delivery, id: 2_000 + n, delivered_at: new Date(Date.now() - (70 + n) * HOUR_MS).toISOString() };
    });
    github.hooks.set('/repos/octo/hello/hooks/1', [...recent, ...older]);
    github.redeliver = async () => 202;
    const pages: Schemas['Reconciliation'][] = [];
    for (let cursor: string | undefined; ;) {
      const { body } = await reconcile(cursor === undefined ? {} : { cursor });
      pages.push(body);
      if (body.nextCursor === null) break;
      cursor = body.nextCursor;
    }
    expect(pages.map(({ redelivered }) => redelivered)).toEqual([100, 100, 52]);
    expect(github.attempts).toHaveLength(252);
  });

  it('counts a delivery once that GitHub has sent several times, and asks for its newest attempt', async () => {
    const [first] = hookWith(1);
    if (first === undefined) throw new Error('There is no delivery.');
    github.hooks.set('/repos/octo/hello/hooks/1', [{ ...first, id: 3 }, { ...first, id: 2 }, first]);
    expect((await reconcile()).body).toMatchObject({ listed: 1, missing: 1, redelivered: 1 });
    expect(github.attempts).toEqual([3]);
  });

  it('also works for the hook of an organization', async () => {
    hookWith(1, '/orgs/octo/hooks/7');
    const { body } = await reconcile({ repo: undefined, hookId: 7 });
    expect(body).toMatchObject({ listed: 1, redelivered: 1 });
    expect(github.calls.map(({ path }) => path)).toEqual([
      '/orgs/octo/hooks/7/deliveries?per_page=100',
      '/orgs/octo/hooks/7/deliveries/1000/attempts',
    ]);
  });

  it('counts deliveries that GitHub cannot send again', async () => {
    hookWith(2);
    github.redeliver = async ({ id }) => (id === 1_000 ? 422 : 202);
    expect((await reconcile()).body).toMatchObject({ missing: 2, redelivered: 1, failed: 1 });
  });

  it.each([
    [{ status: 401 }, 409, 'reconcile.token-refused'],
    [{ status: 403 }, 409, 'reconcile.token-refused'],
    [{ status: 404 }, 409, 'reconcile.hook-not-found'],
    [{ status: 403, headers: { 'retry-after': '17' } }, 429, 'reconcile.rate-limited'],
    [{ status: 429, headers: { 'retry-after': '17' } }, 429, 'reconcile.rate-limited'],
    [{ status: 500 }, 503, 'reconcile.unavailable'],
    [{ status: 200 }, 503, 'reconcile.unavailable'],
    [{ status: 302, headers: { location: 'https://other.example/' } }, 503, 'reconcile.unavailable'],
  ])('reports the answer %j of GitHub as %i %s', async (answer, status, code) => {
    hookWith(1);
    github.refuse = () => answer;
    const failed = await reconcile();
    expect(failed).toMatchObject({ status, body: { code } });
    if (status === 429) expect(failed.headers.get('retry-after')).toBe('17');
  });

  it('reports when the primary rate limit is reset, also between the attempts', async () => {
    hookWith(1);
    const reset = String(Math.floor(Date.now() / 1_000) + 120);
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
    github.refuse = (method) => (method === 'POST' ? { status: 403, headers } : undefined);
    const { status, headers: answered } = await reconcile();
    expect(status).toBe(429);
    expect(Math.abs(Number(answered.get('retry-after')) - 120)).toBeLessThan(10);
  });

  it('is audited without the token, which is stored nowhere', async () => {
    hookWith(1);
    await reconcile();
    const { body } = await tidings.api.get<{ items: { action: string; target: string; after: unknown }[] }>(
      `/v1/workspaces/${tidings.workspaceId}/audit?limit=20`,
    );
    const entry = body.items.find(({ action, target }) => action === 'source.reconciled' && target === source.id);
    expect(entry?.after).toEqual(HOOK);
    expect(JSON.stringify(body)).not.toContain(github.token);
    expect(github.calls[0]?.headers).toMatchObject({ authorization: `Bearer ${github.token}` });
  });

  it('is refused for other providers, other permissions, other workspaces and disabled sources', async () => {
    hookWith(1);
    const member = await signUp(tidings.api, `${randomUUID()}@example.com`);
    expect((await reconcile({}, member)).status).toBe(404);
    await tidings.api.put(`/v1/workspaces/${tidings.workspaceId}/members/${member.userId}`, { role: 'member' });
    expect(await reconcile({}, member)).toMatchObject({ status: 403, body: { code: 'permission.denied' } });
    await tidings.api.patch(`${sources()}/${source.id}`, { enabled: false });
    expect(await reconcile()).toMatchObject({ status: 404, body: { code: 'source.not-found' } });
    source = await makeSource(tidings.api, tidings.workspaceId, { provider: 'open' });
    expect(await reconcile()).toMatchObject({ status: 409, body: { code: 'reconcile.unsupported' } });
    expect(github.calls).toEqual([]);
  });

  it.each([
    { owner: '..' },
    { owner: 'octo/../x' },
    { repo: '.' },
    { repo: 'a b' },
    { hookId: 0 },
    { hookId: '1' },
    { token: 'two\r\nlines' },
    { token: '' },
    { cursor: 'a&b' },
  ])('rejects %j', async (fields) => {
    expect((await reconcile(fields)).status).toBe(400);
    expect(github.calls).toEqual([]);
  });
});
