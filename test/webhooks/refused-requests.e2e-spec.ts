import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import { Database } from '../../src/platform/database/database.js';
import { firstIdAt } from '../../src/platform/ids.js';
import { loadFixtures, signedRequest } from '../../src/webhooks/providers/fixtures.js';
import { RefusedRequestStore } from '../../src/webhooks/refusals/refused-request.store.js';
import { signUp, type Answer, type Api, type Schemas } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { PlantedSecrets } from '../support/planted-secrets.js';
import { send } from '../support/senders.js';
import { deliveryOf, makeSource, webhookEvents, type TestSource } from '../support/webhooks.js';

type Refused = Schemas['RefusedRequest'];

const PROVIDERS = ['github', 'stripe', 'standard-webhooks'] as const;
const secrets = new PlantedSecrets();
const texts: string[] = [];
let tidings: RunningTidings;
let api: Api;
let ws: string;

beforeAll(async () => {
  tidings = await startTidings({ WEBHOOK_BODY_BYTES: '1048576' });
  ({ api } = tidings);
  ws = `/v1/workspaces/${tidings.workspaceId}`;
});
afterAll(() => tidings.stop());

const makeSecret = (name: string): string => secrets.keep(name, `whsec_${randomBytes(24).toString('base64')}`);

async function sourceOf(provider: string): Promise<TestSource> {
  const secret = makeSecret(`${provider} ${randomUUID()}`);
  const source = await makeSource(api, tidings.workspaceId, { provider, secrets: [secret] });
  return { ...source, secret };
}

interface Forged {
  readonly secret: string;
  readonly at?: Date;
  readonly body?: (body: string) => string;
  readonly without?: RegExp;
}

/** Sends the first example of the provider, signed and then changed. */
async function forge(provider: string, source: TestSource, { secret, at, body, without }: Forged) {
  const fixtures = await loadFixtures(provider);
  const [example] = fixtures.examples;
  if (example === undefined) throw new Error(`${provider} has no example.`);
  const unique = {
    ...example,
    body: JSON.stringify({ ...JSON.parse(String(example.body)), id: `evt_${randomUUID()}` }),
  };
  const context = { secret, now: at ?? new Date(), url: source.url, options: {} };
  const signed = signedRequest(fixtures, unique, context);
  const headers = Object.fromEntries(Object.entries(signed.headers).filter(([name]) => without?.test(name) !== true));
  const sent = body === undefined ? signed.body : Buffer.from(body(signed.body.toString()));
  return { ...(await send(source.url, sent, headers)), sent: sent.toString() };
}

async function read<Body>(answer: Promise<Answer<Body>>): Promise<Answer<Body>> {
  const read = await answer;
  texts.push(JSON.stringify(read.body));
  return read;
}

const refusedBy = async ({ id }: TestSource, query = ''): Promise<Refused[]> =>
  (await read(api.get<{ items: Refused[] }>(`${ws}/refused?sourceId=${id}${query}`))).body.items;

const firstRefusedBy = (source: TestSource): Promise<Refused> =>
  eventually('the refused request is listed', async () => (await refusedBy(source))[0]);

const accept = (id: string) =>
  read(api.post<{ deliveryId: string; code?: string; detail?: string }>(`${ws}/refused/${id}/accept`));

const trySecret = (source: TestSource, body: { secret: string; refusedId?: string }) =>
  read(api.post<{ fits: boolean; cause?: string; code?: string }>(`${ws}/sources/${source.id}/try-secret`, body));

describe.each(PROVIDERS)('a refused request of %s', (provider) => {
  const other = makeSecret(`the other secret of ${provider}`);

  it.each<[string, Omit<Forged, 'secret'> & { own: boolean }, string, string]>([
    ['another secret', { own: false }, 'wrong-signature', 'secret'],
    ['no signature', { own: true, without: /signature/ }, 'no-signature', 'header-missing'],
    [
      'a body that was serialized again',
      { own: true, body: (text) => JSON.stringify(JSON.parse(text), null, 2) },
      'wrong-signature',
      'body-changed',
    ],
  ])('is listed with its cause: %s', async (_name, { own, ...forged }, cause, difference) => {
    const source = await sourceOf(provider);
    const answer = await forge(provider, source, { ...forged, secret: own ? source.secret : other });
    expect(answer.status).toBe(401);
    const refused = await firstRefusedBy(source);
    expect(refused).toMatchObject({ cause, sourceId: source.id, bodyComplete: true, deliveryId: null });
    expect(refused.detail).toMatchObject({ scheme: provider, difference });
    expect(refused.detail.secretsTried).toBeGreaterThan(0);
    expect(refused).not.toHaveProperty('body');
    expect(refused).not.toHaveProperty('address');
    const { body } = await read(api.get<Schemas['RefusedRequestDetail']>(`${ws}/refused/${refused.id}`));
    expect(body).toMatchObject({ body: answer.sent, address: '127.0.0.1', bodySize: Buffer.byteLength(answer.sent) });
  });

  it('is accepted once the source has the right secret, and arrives live', async () => {
    const source = await sourceOf(provider);
    await forge(provider, source, { secret: other });
    const { id } = await firstRefusedBy(source);
    expect((await accept(id)).body).toMatchObject({
      code: 'refusal.not-verified',
      detail: expect.stringContaining('wrong-signature'),
    });
    expect((await trySecret(source, { secret: source.secret })).body).toMatchObject({
      fits: false,
      cause: 'wrong-signature',
    });
    expect((await trySecret(source, { secret: other })).body).toEqual({ fits: true, refusedId: id });
    expect((await trySecret(source, { secret: other, refusedId: id })).body).toMatchObject({ fits: true });
    await api.patch(`${ws}/sources/${source.id}`, { secrets: [source.secret, other] });
    const [first, second] = await Promise.all([accept(id), accept(id)]);
    expect([first.status, second.status]).toEqual([202, 202]);
    expect(second.body).toEqual(first.body);
    const { deliveryId } = first.body;
    const event = await eventually('the event arrives', async () =>
      (await webhookEvents(api, tidings.workspaceId)).find(({ payload }) => payload.deliveryId === deliveryId),
    );
    expect(event.type).toBe('webhook:received');
    expect((await deliveryOf(api, tidings.workspaceId, deliveryId)).sourceId).toBe(source.id);
    expect((await refusedBy(source))[0]).toMatchObject({ id, deliveryId, acceptedAt: expect.any(String) });
    const audit = await api.get<{ items: { action: string; target: string }[] }>(`${ws}/audit?action=refusal.accepted`);
    expect(audit.body.items.filter(({ target }) => target === id)).toHaveLength(1);
  });

  it('is not accepted while the source is disabled, and is afterwards', async () => {
    const source = await sourceOf(provider);
    await api.patch(`${ws}/sources/${source.id}`, { enabled: false });
    expect((await forge(provider, source, { secret: source.secret })).status).toBe(404);
    const refused = await firstRefusedBy(source);
    expect(refused.cause).toBe('disabled');
    expect((await accept(refused.id)).body.code).toBe('source.not-found');
    await api.patch(`${ws}/sources/${source.id}`, { enabled: true });
    expect((await accept(refused.id)).status).toBe(202);
  });
});

describe.each(['stripe', 'standard-webhooks'])('a request of %s that is an hour old', (provider) => {
  it('is listed with the seconds, fits its secret, and is not accepted', async () => {
    const source = await sourceOf(provider);
    const at = new Date(Date.now() - 3_600_000);
    expect((await forge(provider, source, { secret: source.secret, at })).status).toBe(401);
    const refused = await firstRefusedBy(source);
    expect(refused.cause).toBe('stale-timestamp');
    expect(Math.abs((refused.detail.clockOffSeconds ?? 0) - 3_600)).toBeLessThan(10);
    const tried = await trySecret(source, { secret: source.secret });
    expect(tried.body).toMatchObject({ fits: true, cause: 'stale-timestamp' });
    expect((await accept(refused.id)).body).toMatchObject({
      code: 'refusal.not-verified',
      detail: expect.stringContaining('stale-timestamp'),
    });
  });
});

describe('a refused request', () => {
  it('that signs with a plain token is accepted without showing the token', async () => {
    const token = secrets.plant('token of GitLab');
    const source = await makeSource(api, tidings.workspaceId, { provider: 'gitlab' });
    const headers = { 'x-gitlab-token': token, 'x-gitlab-event': 'Push Hook' };
    expect((await send(source.url, '{"object_kind":"push"}', headers)).status).toBe(401);
    const { id } = await firstRefusedBy(source);
    const { body } = await read(api.get<Schemas['RefusedRequestDetail']>(`${ws}/refused/${id}`));
    expect(body.headers).toMatchObject({ 'x-gitlab-event': 'Push Hook' });
    await api.patch(`${ws}/sources/${source.id}`, { secrets: [token] });
    expect((await accept(id)).status).toBe(202);
  });

  it('with a wrong password is accepted with the right one, which no answer and no delivery shows', async () => {
    const password = secrets.plant('password of Azure DevOps');
    const base64 = secrets.keep('credentials in base64', Buffer.from(`ci:${password}`).toString('base64'));
    const source = await makeSource(api, tidings.workspaceId, {
      provider: 'azure-devops',
      secrets: ['ci:password-of-old'],
    });
    const headers = { authorization: `Basic ${base64}`, cookie: 'a=b' };
    expect((await send(source.url, '{"eventType":"git.push"}', headers)).status).toBe(401);
    const { id } = await firstRefusedBy(source);
    const { body } = await read(api.get<Schemas['RefusedRequestDetail']>(`${ws}/refused/${id}`));
    expect(Object.keys(body.headers)).not.toEqual(expect.arrayContaining(['authorization', 'cookie']));
    expect((await trySecret(source, { secret: `ci:${password}` })).body).toMatchObject({ fits: true });
    await api.patch(`${ws}/sources/${source.id}`, { secrets: [`ci:${password}`] });
    const accepted = await accept(id);
    expect(accepted.status).toBe(202);
    const stored = await deliveryOf(api, tidings.workspaceId, accepted.body.deliveryId);
    expect(Object.keys(stored.headers)).not.toContain('authorization');
    texts.push(JSON.stringify(stored));
  });

  it('with a body of more than 16 KiB keeps its beginning, and cannot be accepted', async () => {
    const source = await sourceOf('github');
    const sent = JSON.stringify({ text: 'x'.repeat(20_000) });
    await send(source.url, sent, { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` });
    const refused = await firstRefusedBy(source);
    expect(refused).toMatchObject({ bodyComplete: false, bodySize: sent.length });
    const { body } = await read(api.get<Schemas['RefusedRequestDetail']>(`${ws}/refused/${refused.id}`));
    expect(body.body).toBe(sent.slice(0, 16_384));
    expect(await accept(refused.id)).toMatchObject({ status: 409, body: { code: 'refusal.body-incomplete' } });
    expect((await trySecret(source, { secret: source.secret })).body.code).toBe('refusal.not-found');
  });

  it('keeps bytes that are not text', async () => {
    const source = await sourceOf('github');
    const sent = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    await send(source.url, sent);
    const { id } = await firstRefusedBy(source);
    const { body } = await read(api.get<Schemas['RefusedRequestDetail']>(`${ws}/refused/${id}`));
    expect(body).toMatchObject({ bodyEncoding: 'base64', body: sent.toString('base64') });
  });

  it.each<[string, number, string, () => [string | Buffer, Record<string, string>]]>([
    ['that is too large', 413, 'too-large', () => [Buffer.alloc(1_100_000, 'x'), {}]],
    ['in an unknown encoding', 415, 'unsupported', () => ['{}', { 'content-encoding': 'br' }]],
  ])('%s is listed without a body', async (_name, status, cause, make) => {
    const source = await sourceOf('github');
    expect((await send(source.url, ...make())).status).toBe(status);
    const refused = await firstRefusedBy(source);
    expect(refused).toMatchObject({ cause, bodyComplete: false });
  });

  it('is found by source, cause and time, in pages', async () => {
    const source = await sourceOf('github');
    for (const body of ['1', '2', '3']) await send(source.url, body);
    const all = await eventually('all three are listed', async () => {
      const items = await refusedBy(source);
      return items.length === 3 && items;
    });
    expect(await refusedBy(source, '&cause=disabled')).toEqual([]);
    expect(await refusedBy(source, '&cause=no-signature')).toEqual(all);
    const now = encodeURIComponent(new Date(Date.now() + 60_000).toISOString());
    expect(await refusedBy(source, `&since=${now}`)).toEqual([]);
    expect(await refusedBy(source, `&until=${now}`)).toEqual(all);
    const first = await api.get<{ items: Refused[]; nextCursor: string }>(
      `${ws}/refused?sourceId=${source.id}&limit=2`,
    );
    expect(first.body.items).toEqual(all.slice(0, 2));
    expect(await refusedBy(source, `&limit=2&cursor=${first.body.nextCursor}`)).toEqual(all.slice(2));
  });

  it('is shown to a viewer without its body', async () => {
    const source = await sourceOf('github');
    await send(source.url, '{}');
    const { id } = await firstRefusedBy(source);
    const viewer = await signUp(api, `viewer-${randomUUID()}@example.com`);
    await api.put(`${ws}/members/${viewer.userId}`, { role: 'viewer' });
    expect((await viewer.get(`${ws}/refused`)).status).toBe(200);
    const attempts = [
      viewer.get(`${ws}/refused/${id}`),
      viewer.post(`${ws}/refused/${id}/accept`),
      viewer.post(`${ws}/sources/${source.id}/try-secret`, { secret: 'a long and random secret' }),
    ];
    for (const { status } of await Promise.all(attempts)) expect(status).toBe(403);
  });

  it('is deleted with its source', async () => {
    const source = await sourceOf('github');
    await send(source.url, '{}');
    const { id } = await firstRefusedBy(source);
    await api.delete(`${ws}/sources/${source.id}`);
    expect((await api.get(`${ws}/refused/${id}`)).status).toBe(404);
  });
});

describe('the number of refused requests', () => {
  it('of one source stays at 1,000, the newest', async () => {
    const source = await sourceOf('github');
    const database = tidings.app.get(Database);
    await database.query(
      `INSERT INTO refused_requests (id, workspace_id, source_id, received_at, cause, detail, address, headers, body_complete)
       SELECT ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, $1, $2, now(), 'disabled', '{}', '', '{}', false
       FROM generate_series(1, 1000) AS n`,
      [tidings.workspaceId, source.id],
    );
    for (const body of ['1', '2', '3']) await send(source.url, body);
    const count = async () => {
      const [row] = await database.query<{ all: number; live: number }>(
        `SELECT count(*)::int AS all, count(*) FILTER (WHERE cause <> 'disabled')::int AS live
         FROM refused_requests WHERE source_id = $1`,
        [source.id],
      );
      return row;
    };
    await eventually('the three are stored', async () => (await count())?.live === 3);
    expect(await count()).toEqual({ all: 1_000, live: 3 });
  });

  it('of a flood is sampled, the answers stay the same, and the rest is counted', async () => {
    const source = await sourceOf('github');
    const start = performance.now();
    const statuses = await Promise.all(
      Array.from({ length: 300 }, async (_, i) => (await send(source.url, String(i))).status),
    );
    const seconds = (performance.now() - start) / 1_000;
    expect(new Set(statuses)).toEqual(new Set([401]));
    await firstRefusedBy(source);
    const { body: metrics } = await api.get<string>('/metrics');
    expect(Number(/unrecorded_total\{reason="sampled"\} (\d+)/.exec(metrics)?.[1])).toBeGreaterThan(100);
    expect((await refusedBy(source, '&limit=200')).length).toBeLessThanOrEqual(10 + Math.ceil(seconds * 10));
  });

  it('that wait for a stalled database is bounded in bytes, and the rest is counted', async () => {
    const source = await sourceOf('github');
    const client = new pg.Client({ connectionString: tidings.databaseUrl });
    await client.connect();
    await client.query('BEGIN; LOCK TABLE refused_requests IN ACCESS EXCLUSIVE MODE');
    try {
      const megabyte = `"${'x'.repeat(1_000_000)}"`;
      // Eight fit into the memory for waiting requests.
      for (let i = 0; i < 10; i++) expect((await send(source.url, megabyte)).status).toBe(401);
      const { body: metrics } = await api.get<string>('/metrics');
      expect(Number(/unrecorded_total\{reason="full"\} (\d+)/.exec(metrics)?.[1])).toBeGreaterThanOrEqual(1);
    } finally {
      await client.query('ROLLBACK');
      await client.end();
    }
    await eventually('eight are stored', async () => (await refusedBy(source)).length === 8);
  });

  it('shrinks after seven days, by the clock of the database', async () => {
    const source = await sourceOf('github');
    const database = tidings.app.get(Database);
    const detail = { scheme: 'github', headers: [], secretsTried: 0, explanation: '' };
    const idAt = (daysAgo: number) => firstIdAt(Date.now() - daysAgo * 86_400_000);
    await database.query(
      `INSERT INTO refused_requests (id, workspace_id, source_id, received_at, cause, detail, address, headers, body_complete)
       SELECT id, $1, $2, now() - make_interval(hours => hours), 'disabled', $5, '', '{}', false
       FROM unnest($3::uuid[], $4::int[]) AS old (id, hours)`,
      [tidings.workspaceId, source.id, [idAt(8), idAt(7.1), idAt(6.9)], [8 * 24, 170, 166], detail],
    );
    await tidings.app.get(RefusedRequestStore).prune(() => false);
    expect((await refusedBy(source)).map(({ id }) => id)).toEqual([expect.stringMatching(idAt(6.9).slice(0, 9))]);
  });

  it('of unknown sources is counted', async () => {
    await send(`${tidings.url}/webhooks/${'x'.repeat(32)}`, '{}');
    const { body: metrics } = await api.get<string>('/metrics');
    expect(metrics).toMatch(/tidings_webhooks_refused_total\{cause="unknown-source"\} [1-9]/);
  });
});

describe('all answers about refused requests', () => {
  it('contain no secret', () => {
    expect(texts.length).toBeGreaterThan(50);
    expect(secrets.count).toBeGreaterThan(10);
    expect(secrets.foundIn(texts.join('\n'))).toEqual([]);
  });
});
