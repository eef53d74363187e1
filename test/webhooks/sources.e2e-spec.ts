import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHmac, randomUUID } from 'node:crypto';
import pg from 'pg';
import { signUp, type Api, type Schemas } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { deliveryOf, githubHeaders, makeSource, post, postGithub, webhookEvents } from '../support/webhooks.js';

let tidings: RunningTidings;
let api: Api;
let ws: string;
let sources: string;

beforeAll(async () => {
  tidings = await startTidings();
  ({ api, workspaceId: ws } = tidings);
  sources = `/v1/workspaces/${ws}/sources`;
});
afterAll(() => tidings.stop());

const body = () => JSON.stringify({ ref: 'refs/heads/main', after: randomUUID() });
const settled = (id: string) =>
  eventually(`delivery ${id} is processed or failed`, async () => {
    const delivery = await deliveryOf(api, ws, id);
    return delivery.status !== 'received' && delivery;
  });

describe('a source', () => {
  it('is shown with its URL and the number of its secrets, never with a secret', async () => {
    const made = await api.post(sources, { name: 'octo/hello', provider: 'github', secrets: ['canary-secret'] });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ name: 'octo/hello', provider: 'github', secrets: 1, enabled: true });
    expect(made.body['url']).toBe(`${tidings.url}/webhooks/${String(made.body['key'])}`);
    const listed = await api.get(sources);
    expect(JSON.stringify([made.body, listed.body])).not.toContain('canary-secret');
  });

  it('keeps its secrets sealed in the database', async () => {
    await makeSource(api, ws, { provider: 'github', secrets: ['canary-sealed'] });
    const client = new pg.Client({ connectionString: tidings.databaseUrl });
    await client.connect();
    const { rows } = await client.query<{ row: string }>('SELECT row_to_json(sources)::text AS row FROM sources');
    await client.end();
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.map(({ row }) => row).join()).not.toContain('canary-sealed');
  });

  it.each([
    ['an unknown provider', { name: 'x', provider: 'unknown', secrets: ['s'] }, 'source.unknown-provider'],
    ['no secret', { name: 'x', provider: 'github', secrets: [] }, 'source.invalid-secrets'],
    ['a secret for the open provider', { name: 'x', provider: 'open', secrets: ['s'] }, 'source.invalid-secrets'],
    ['three secrets', { name: 'x', provider: 'github', secrets: ['a', 'b', 'c'] }, 'request.invalid'],
    [
      'an option that the provider does not have',
      { name: 'x', provider: 'github', secrets: ['s'], options: { a: 1 } },
      'source.invalid-options',
    ],
    ['an unknown field', { name: 'x', provider: 'open', workspaceId: randomUUID() }, 'request.invalid'],
    ['no name', { provider: 'open' }, 'request.invalid'],
  ])('is rejected with %s', async (_name, request, code) => {
    expect(await api.post(sources, request)).toMatchObject({ status: 400, body: { code } });
  });

  it('loses no delivery and accepts no retired secret during rotations under load', async () => {
    const source = await makeSource(api, ws, { provider: 'github', secrets: ['old'] });
    const send = (secret: string) => {
      const text = body();
      return post(source.url, text, githubHeaders({ body: text, secret }));
    };
    const change = async (secrets: string[]) => {
      expect((await api.patch(`${sources}/${source.id}`, { secrets })).body).toMatchObject({ secrets: secrets.length });
    };
    for (let round = 0; round < 20; round++) {
      const [before, after] = [round === 0 ? 'old' : `new ${round - 1}`, `new ${round}`];
      expect((await send(before)).status).toBe(202);
      await change([after, before]);
      const both = await Promise.all([send(before), send(after), send(after), send(before)]);
      expect(both.map(({ status }) => status)).toEqual([202, 202, 202, 202]);
      await change([after]);
      const late = await Promise.all([send(before), send(after), send(before)]);
      expect(late.map(({ status }) => status)).toEqual([401, 202, 401]);
    }
  });

  it('waits for the secret of a sender that makes it, and refuses every request until then', async () => {
    const made = await api.post<Schemas['ChangedSource']>(sources, { name: 'late secret', provider: 'paddle' });
    expect(made).toMatchObject({ status: 201, body: { secrets: 0 } });
    const text = '{"event_id":"evt_1","event_type":"transaction.completed"}';
    const secret = `pdl_ntfset_${randomUUID()}`;
    const send = () => {
      const ts = Math.floor(Date.now() / 1_000);
      const signature = createHmac('sha256', secret).update(`${ts}:${text}`).digest('hex');
      return post(made.body.url, text, { 'paddle-signature': `ts=${ts};h1=${signature}` });
    };
    expect((await send()).status).toBe(401);
    const refused = await eventually('the refused request is listed', async () => {
      const { body: list } = await api.get<{ items: Array<Schemas['RefusedRequest']> }>(
        `/v1/workspaces/${ws}/refused?sourceId=${made.body.id}`,
      );
      return list.items[0];
    });
    expect(refused.detail.explanation).toContain('has no secret yet');
    expect((await api.patch(`${sources}/${made.body.id}`, { secrets: [secret] })).body).toMatchObject({ secrets: 1 });
    expect((await api.post(`/v1/workspaces/${ws}/refused/${refused.id}/accept`)).status).toBe(202);
    expect((await send()).status).toBe(202);
  });

  it('that is disabled or deleted answers 404 and keeps its deliveries', async () => {
    const source = await makeSource(api, ws, { provider: 'open' });
    const first = await post(source.url, body());
    await api.patch(`${sources}/${source.id}`, { enabled: false });
    expect((await post(source.url, body())).status).toBe(404);
    await api.patch(`${sources}/${source.id}`, { enabled: true });
    expect((await post(source.url, body())).status).toBe(202);
    expect((await api.delete(`${sources}/${source.id}`)).status).toBe(204);
    expect((await post(source.url, body())).status).toBe(404);
    expect((await api.patch(`${sources}/${source.id}`, { enabled: true })).status).toBe(404);
    expect((await settled(first.deliveryId)).status).toBe('processed');
  });

  it('with a replay guard stores the same bytes under a new id as a duplicate that makes no event', async () => {
    const source = await makeSource(api, ws, { provider: 'github', replayGuardSeconds: 3600 });
    const text = body();
    const first = await postGithub(source, { body: text });
    const replayed = await Promise.all([postGithub(source, { body: text }), postGithub(source, { body: text })]);
    expect(first).toMatchObject({ status: 202, duplicate: false });
    for (const answer of replayed) {
      expect(answer).toMatchObject({ status: 202, duplicate: true });
      const duplicate = await settled(answer.deliveryId);
      expect(duplicate).toMatchObject({ status: 'processed', duplicateOf: first.deliveryId, eventId: null });
    }
    await settled(first.deliveryId);
    const published = (await webhookEvents(api, ws)).map(({ payload }) => payload.deliveryId);
    expect(published.filter((id) => [first, ...replayed].some(({ deliveryId }) => deliveryId === id))).toEqual([
      first.deliveryId,
    ]);
  });

  it('with a replay guard marks all but one of many concurrent equal bodies as duplicates', async () => {
    const source = await makeSource(api, ws, { provider: 'github', replayGuardSeconds: 3600 });
    const text = body();
    const answers = await Promise.all(Array.from({ length: 30 }, () => postGithub(source, { body: text })));
    expect(answers.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    expect(new Set(answers.map(({ deliveryId }) => deliveryId)).size).toBe(30);
  });

  it('without a replay guard makes an event for each of two equal bodies with different ids', async () => {
    const source = await makeSource(api, ws, { provider: 'github' });
    const text = body();
    const accepted = [await postGithub(source, { body: text }), await postGithub(source, { body: text })];
    expect(accepted.map(({ duplicate }) => duplicate)).toEqual([false, false]);
    for (const { deliveryId } of accepted) expect((await settled(deliveryId)).eventId).not.toBeNull();
  });
});

describe('deliveries', () => {
  it('are listed newest first, in pages, by status and by source', async () => {
    const source = await makeSource(api, ws, { provider: 'open' });
    const sent: string[] = [];
    for (let i = 0; i < 5; i++) sent.unshift((await post(source.url, `message ${i}`)).deliveryId);
    const list = `/v1/workspaces/${ws}/deliveries?sourceId=${source.id}`;
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: { body: { items: { id: string }[]; nextCursor: string | null } } = await api.get(
        `${list}&limit=2${cursor === null ? '' : `&cursor=${cursor}`}`,
      );
      seen.push(...page.body.items.map(({ id }) => id));
      cursor = page.body.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(sent);
    expect((await api.get(`${list}&status=failed`)).body).toEqual({ items: [], nextCursor: null, stopped: false });
  });

  it('that failed are replayed one by one or in bulk, and a processed one gets no second event', async () => {
    const source = await makeSource(api, ws, { provider: 'github' });
    const [bad, worse, good] = [
      await postGithub(source, { body: 'not json' }),
      await postGithub(source, { body: '[' }),
      await postGithub(source, { body: body() }),
    ];
    for (const { deliveryId } of [bad, worse, good]) await settled(deliveryId);
    const path = `/v1/workspaces/${ws}/deliveries`;
    expect((await api.post(`${path}/${bad.deliveryId}/replay`)).status).toBe(202);
    expect(await settled(bad.deliveryId)).toMatchObject({ status: 'failed', attempts: 1 });
    const bulk = await api.post(`${path}/replay`, { sourceId: source.id });
    expect(bulk).toMatchObject({ status: 202, body: { replayed: 2 } });
    const before = (await settled(good.deliveryId)).eventId;
    await api.post(`${path}/${good.deliveryId}/replay`);
    expect((await settled(good.deliveryId)).eventId).toBe(before);
    const published = (await webhookEvents(api, ws)).filter(({ payload }) => payload.deliveryId === good.deliveryId);
    expect(published).toHaveLength(1);
  });

  it('are not found by members of another workspace', async () => {
    const stranger = await signUp(api, 'stranger@example.com');
    const accepted = await post(tidings.openSourceUrl, 'not for strangers');
    for (const path of [
      'deliveries',
      `deliveries/${accepted.deliveryId}`,
      'sources',
      `events?channel=webhooks:${ws}`,
    ]) {
      expect(await stranger.get(`/v1/workspaces/${ws}/${path}`)).toMatchObject({ status: 404 });
    }
    expect((await stranger.post(`/v1/workspaces/${ws}/deliveries/${accepted.deliveryId}/replay`)).status).toBe(404);
    expect((await stranger.post(sources, { name: 'x', provider: 'open' })).status).toBe(404);
  });

  it('can be read but not replayed by a viewer', async () => {
    const viewer = await signUp(api, 'viewer@example.com');
    await api.put(`/v1/workspaces/${ws}/members/${viewer.userId}`, { role: 'viewer', grant: [], deny: [] });
    const accepted = await post(tidings.openSourceUrl, 'for viewers');
    expect((await viewer.get(`/v1/workspaces/${ws}/deliveries/${accepted.deliveryId}`)).status).toBe(200);
    const path = `/v1/workspaces/${ws}/deliveries/${accepted.deliveryId}/replay`;
    expect(await viewer.post(path)).toMatchObject({ status: 403, body: { code: 'permission.denied' } });
  });
});
