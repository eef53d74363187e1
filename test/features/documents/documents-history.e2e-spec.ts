import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HocuspocusProvider, HocuspocusProviderWebsocket } from '@hocuspocus/provider';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { type Api, signUp } from '../../support/api.js';
import { type RunningTidings, startTidings } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';

interface Version {
  readonly id: string;
  readonly name: string | null;
  readonly createdBy: string | null;
}

interface Page {
  readonly items: Version[];
  readonly nextCursor: string | null;
}

describe('versions of a document', () => {
  let one: RunningTidings;
  let two: RunningTidings;
  let viewer: Api;
  const open: { destroy(): void }[] = [];

  beforeAll(async () => {
    one = await startTidings();
    two = await startTidings({
      DATABASE_URL: one.databaseUrl,
      JWT_SECRET: one.config.jwtSecret,
      REDIS_PREFIX: one.config.redisPrefix,
      ROLE: 'gateway',
    });
    viewer = await signUp(one.api, 'viewer@example.com');
    await one.api.put(`/v1/workspaces/${one.workspaceId}/members/${viewer.userId}`, { role: 'viewer' });
  });

  afterAll(async () => {
    for (const each of open) each.destroy();
    await two?.stop();
    await one?.stop();
  });

  const documents = () => `/v1/workspaces/${one.workspaceId}/documents`;
  const create = async (): Promise<string> =>
    (await one.api.post<{ id: string }>(documents(), { title: 'Minutes' })).body.id;
  const keep = async (id: string, name?: string): Promise<Version> =>
    (await one.api.post<Version>(`${documents()}/${id}/versions`, name === undefined ? {} : { name })).body;
  const list = async (id: string, query = ''): Promise<Page> =>
    (await one.api.get<Page>(`${documents()}/${id}/versions${query}`)).body;

  async function join(url: string, id: string) {
    const doc = new Y.Doc();
    const websocketProvider = new HocuspocusProviderWebsocket({
      url: `${url.replace(/^http/, 'ws')}/documents`,
      WebSocketPolyfill: WebSocket,
      delay: 50,
      minDelay: 50,
    });
    const provider = new HocuspocusProvider({ websocketProvider, name: id, document: doc, token: one.api.token });
    provider.attach();
    open.push(provider, websocketProvider);
    const stored = () => eventually('it is stored', () => provider.synced && !provider.hasUnsyncedChanges);
    await stored();
    return { doc, text: doc.getText('content'), nodes: doc.getXmlFragment('default'), stored };
  }

  it('are created on request, listed newest first in pages, and read', async () => {
    const id = await create();
    const editor = await join(one.url, id);
    editor.text.insert(0, 'the draft');
    await editor.stored();
    const first = await keep(id, 'Draft');
    editor.text.insert(0, 'after ');
    await editor.stored();
    const second = await keep(id);
    expect(first).toMatchObject({ name: 'Draft', createdBy: one.api.userId });
    const page = await list(id, '?limit=1');
    expect(page.items).toEqual([second]);
    expect((await list(id, `?limit=1&cursor=${page.nextCursor}`)).items).toEqual([first]);
    const { body } = await one.api.get(`${documents()}/${id}/versions/${first.id}`);
    expect(body).toEqual({ ...first, text: 'the draft' });
  });

  it('are restored in all open editors on every node, and the restore can be undone', async () => {
    const id = await create();
    const here = await join(one.url, id);
    const there = await join(two.url, id);
    here.text.insert(0, 'plain and ');
    here.text.insert(10, 'bold', { bold: true });
    const paragraph = new Y.XmlElement('paragraph');
    paragraph.insert(0, [new Y.XmlText('a paragraph')]);
    here.nodes.insert(0, [paragraph]);
    await here.stored();
    const version = await keep(id, 'Good');
    await eventually(
      'the other node has it',
      () => there.text.toString() === 'plain and bold' && there.nodes.length === 1,
    );
    there.text.delete(0, there.text.length);
    there.text.insert(0, 'vandalism');
    there.nodes.delete(0, there.nodes.length);
    await there.stored();
    expect((await one.api.post(`${documents()}/${id}/versions/${version.id}/restore`)).status).toBe(204);
    for (const { text, nodes } of [here, there]) {
      await eventually('it is restored', () => text.toString() === 'plain and bold');
      expect(text.toDelta()).toEqual([{ insert: 'plain and ' }, { insert: 'bold', attributes: { bold: true } }]);
      expect(nodes.toString()).toBe('<paragraph>a paragraph</paragraph>');
    }
    const [undo] = (await list(id)).items;
    await one.api.post(`${documents()}/${id}/versions/${undo?.id}/restore`);
    await eventually(
      'it is undone',
      () => here.text.toString() === 'vandalism' && there.text.toString() === 'vandalism',
    );
    await expectPublished(id, version.id);
  });

  async function expectPublished(id: string, versionId: string): Promise<void> {
    const log = `/v1/workspaces/${one.workspaceId}/events?channel=documents:${one.workspaceId}&after=0`;
    const { body } = await one.api.get<{ items: { type: string; payload: object }[] }>(log);
    expect(body.items.filter(({ type }) => type === 'document:restored').map(({ payload }) => payload)).toContainEqual({
      id,
      versionId,
      keptAs: expect.any(String),
    });
    const audit = await one.api.get<{ items: { action: string; target: string; after: object | null }[] }>(
      `/v1/workspaces/${one.workspaceId}/audit?limit=200`,
    );
    const entries = audit.body.items.filter(({ action, target }) => action === 'document.restored' && target === id);
    expect(entries.map(({ after }) => after)).toContainEqual({ version: versionId });
  }

  it('change nothing when the document already has that content', async () => {
    const id = await create();
    const version = await keep(id);
    await one.api.post(`${documents()}/${id}/versions/${version.id}/restore`);
    expect((await list(id)).items).toEqual([version]);
  });

  it('are found only in their own document, and only a user with write permission creates and restores them', async () => {
    const id = await create();
    const version = await keep(id);
    const restore = (document: string, versionId: string, by = one.api) =>
      by.post(`${documents()}/${document}/versions/${versionId}/restore`);
    expect((await restore(await create(), version.id)).body).toMatchObject({ code: 'document.version-not-found' });
    expect((await restore(id, randomUUID())).body).toMatchObject({ code: 'document.version-not-found' });
    expect((await restore(randomUUID(), version.id)).body).toMatchObject({ code: 'document.not-found' });
    expect((await one.api.get(`${documents()}/${randomUUID()}/versions`)).body).toMatchObject({
      code: 'document.not-found',
    });
    expect((await restore(id, version.id, viewer)).body).toMatchObject({ code: 'permission.denied' });
    expect((await viewer.post(`${documents()}/${id}/versions`, {})).status).toBe(403);
    expect((await viewer.get(`${documents()}/${id}/versions/${version.id}`)).status).toBe(200);
  });

  it('are ordered and pruned by the clock of the database, and not by that of the process', async () => {
    const id = await create();
    const client = new pg.Client({ connectionString: one.databaseUrl });
    await client.connect();
    const made = await client.query<{ id: string }>(
      `INSERT INTO document_versions (id, document_id, seq, state, created_by, created_at)
       SELECT ('ffffffff-ffff-7000-8000-' || lpad(number::text, 12, '0'))::uuid, $1, 0, '\\x0000', $2,
         now() - make_interval(mins => number)
       FROM generate_series(1, 100) AS number ORDER BY number RETURNING id`,
      [id, one.api.userId],
    );
    await client.end();
    const newest = await keep(id, 'kept by a process whose clock is behind');
    const first = await list(id, '?limit=60');
    const rest = await list(id, `?limit=60&cursor=${first.nextCursor}`);
    const left = made.rows.slice(0, 99).map((row) => row.id);
    expect([...first.items, ...rest.items].map((item) => item.id)).toEqual([newest.id, ...left]);
  });

  it('that were requested are pruned from the oldest on, beyond a hundred', async () => {
    const id = await create();
    const first = await keep(id, 'first');
    for (let count = 0; count < 100; count++) await keep(id);
    const { items, nextCursor } = await list(id, '?limit=200');
    expect(items).toHaveLength(100);
    expect(nextCursor).toBeNull();
    expect(items.map((item) => item.id)).not.toContain(first.id);
  });
});
