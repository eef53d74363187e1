import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NoteActivity } from '../../src/webhooks/sources/note-activity.js';
import { Database } from '../../src/platform/database/database.js';
import type { Schemas } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { githubHeaders, makeSource, post, postGithub, type TestSource } from '../support/webhooks.js';

let tidings: RunningTidings;
let base: string;

beforeAll(async () => {
  tidings = await startTidings();
  base = `/v1/workspaces/${tidings.workspaceId}/sources`;
});
afterAll(() => tidings?.stop());

async function read({ id }: Pick<TestSource, 'id'>): Promise<Schemas['Source']> {
  await tidings.app.get(NoteActivity).flush();
  return (await tidings.api.get<Schemas['Source']>(`${base}/${id}`)).body;
}

const refuse = (source: TestSource) => post(source.url, '{}', { 'x-github-event': 'push' });
const lastUses = ({ secretUses }: Schemas['Source']) => secretUses.map(({ lastUsedAt }) => lastUsedAt);

describe('a source', () => {
  it('shows no times before its first request', async () => {
    const source = await makeSource(tidings.api, tidings.workspaceId, { provider: 'github' });
    expect(await read(source)).toMatchObject({
      lastSeenAt: null,
      lastRefusedAt: null,
      secretUses: [{ lastUsedAt: null }],
    });
  });

  it('shows when it was last seen and last refused, alone and in the list', async () => {
    const source = await makeSource(tidings.api, tidings.workspaceId, { provider: 'github' });
    const from = new Date().toISOString();
    await postGithub(source, { body: '{}' });
    const seen = await read(source);
    expect(seen.lastRefusedAt).toBeNull();
    expect([seen.lastSeenAt, ...lastUses(seen)].every((at) => at !== null && at !== undefined && at >= from)).toBe(
      true,
    );
    await refuse(source);
    const refused = await read(source);
    expect(refused.lastSeenAt).toBe(seen.lastSeenAt);
    expect(refused.lastRefusedAt ?? '').not.toBe('');
    const { body } = await tidings.api.get<{ items: Schemas['Source'][] }>(base);
    expect(body.items.find(({ id }) => id === source.id)).toEqual(refused);
  });

  it('keeps its version and its row, however many requests it gets', async () => {
    const source = await makeSource(tidings.api, tidings.workspaceId, { provider: 'github' });
    const row = () => tidings.app.get(Database).query('SELECT *, xmin FROM sources WHERE id = $1', [source.id]);
    const before = await row();
    await postGithub(source, { body: '{}' });
    await refuse(source);
    await read(source);
    expect(await row()).toEqual(before);
  });

  it('counts a repeat as seen, and a refused request of a disabled source as refused', async () => {
    const source = await makeSource(tidings.api, tidings.workspaceId, { provider: 'github' });
    const delivery = { body: '{}', deliveryId: 'the-same-one' };
    await postGithub(source, delivery);
    const first = await read(source);
    await postGithub(source, delivery);
    const second = await read(source);
    expect(second.lastSeenAt?.localeCompare(first.lastSeenAt ?? '')).toBe(1);
    await tidings.api.patch(`${base}/${source.id}`, { enabled: false });
    await postGithub(source, { body: '{}' });
    const third = await read(source);
    expect([third.lastSeenAt, third.lastRefusedAt]).toEqual([second.lastSeenAt, expect.any(String)]);
  });

  it('writes on its own, within a few seconds', async () => {
    const source = await makeSource(tidings.api, tidings.workspaceId, { provider: 'github' });
    await postGithub(source, { body: '{}' });
    await eventually('the time is there', async () => {
      const { body } = await tidings.api.get<Schemas['Source']>(`${base}/${source.id}`);
      return body.lastSeenAt !== null;
    });
  }, 15_000);

  it('ends in the table with its activity when it is deleted', async () => {
    const source = await makeSource(tidings.api, tidings.workspaceId, { provider: 'github' });
    await postGithub(source, { body: '{}' });
    await read(source);
    await postGithub(source, { body: '{}' });
    await tidings.api.delete(`${base}/${source.id}`);
    await tidings.app.get(NoteActivity).flush();
    const rows = await tidings.app.get(Database).query('SELECT FROM source_activity WHERE source_id = $1', [source.id]);
    expect(rows).toEqual([]);
  });

  it('is not found in another workspace', async () => {
    const source = await makeSource(tidings.api, tidings.workspaceId, { provider: 'github' });
    const { body } = await tidings.api.post<{ id: string }>('/v1/workspaces', { name: 'another' });
    const { status } = await tidings.api.get(`/v1/workspaces/${body.id}/sources/${source.id}`);
    expect(status).toBe(404);
  });
});

describe('the secrets of a source during a rotation', () => {
  const [old, fresh] = ['the old secret of github', 'the new secret of github'];
  const sendWith = (source: TestSource, secret: string, body: string) =>
    post(source.url, body, githubHeaders({ body, secret }));

  it('show which of them is still in use, and keep that when one is removed', async () => {
    const source = await makeSource(tidings.api, tidings.workspaceId, { provider: 'github', secrets: [old] });
    await sendWith(source, old, '{"n":1}');
    const single = await read(source);
    await tidings.api.patch(`${base}/${source.id}`, { secrets: [fresh, old] });
    const both = await read(source);
    expect(lastUses(both)).toEqual([null, single.secretUses[0]?.lastUsedAt]);
    await sendWith(source, fresh, '{"n":2}');
    await sendWith(source, old, '{"n":3}');
    const used = lastUses(await read(source));
    expect(used.every((at) => at !== null && at !== undefined && at > (single.lastSeenAt ?? ''))).toBe(true);
    await tidings.api.patch(`${base}/${source.id}`, { secrets: [fresh] });
    expect(lastUses(await read(source))).toEqual([used[0]]);
    const [row] = await tidings.app
      .get(Database)
      .query<{ secretUses: object }>('SELECT secret_uses AS "secretUses" FROM source_activity WHERE source_id = $1', [
        source.id,
      ]);
    expect(Object.keys(row?.secretUses ?? {})).toHaveLength(1);
    expect(JSON.stringify(row)).not.toContain(fresh);
  });

  it('are all refused when none of them signed', async () => {
    const source = await makeSource(tidings.api, tidings.workspaceId, { provider: 'github', secrets: [fresh, old] });
    expect(await sendWith(source, 'a third secret', '{}')).toMatchObject({ status: 401 });
    expect(lastUses(await read(source))).toEqual([null, null]);
  });
});
