import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EraseWorkspaces } from '../../src/access/workspaces/erase-workspaces.js';
import { AuditReader } from '../../src/platform/audit/audit-reader.js';
import { INSTALLATION } from '../../src/platform/audit/audit-chain.js';
import { Database } from '../../src/platform/database/database.js';
import { signUp, type Api, type Schemas } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { startReceiver, type Receiver } from '../support/receiver.js';
import { TestSocket } from '../support/socket.js';
import { TestStream } from '../support/stream.js';
import { makeSource, post, type TestSource } from '../support/webhooks.js';
import { tablesWith, WorkspaceTables } from '../support/workspace-rows.js';
import { Writer } from '../support/writer.js';

let tidings: RunningTidings;
let owner: Api;
let member: Api;
let database: Database;
let receiver: Receiver;

beforeAll(async () => {
  tidings = await startTidings({ OUTBOUND_TO_LOOPBACK: 'true' });
  owner = tidings.api;
  database = tidings.app.get(Database);
  member = await signUp(owner, 'member@example.com');
  receiver = await startReceiver();
});
afterAll(async () => {
  await tidings?.stop();
  await receiver?.close();
});

interface Filled {
  readonly id: string;
  readonly name: string;
  readonly source: TestSource;
  readonly documentId: string;
}

let count = 0;

async function createWorkspace(): Promise<{ id: string; name: string }> {
  const name = `Workspace ${++count}`;
  const { body } = await owner.post<{ id: string }>('/v1/workspaces', { name });
  return { id: body.id, name };
}

const of = (id: string, rest = ''): string => `/v1/workspaces/${id}${rest}`;
const remove = (by: Api, { id, name }: Pick<Filled, 'id' | 'name'>) =>
  by.delete<Schemas['DeletedWorkspace']>(of(id, `?confirm=${encodeURIComponent(name)}`));
const restore = (by: Api, { id }: Pick<Filled, 'id'>) => by.post(of(id, '/restore'));

/** A workspace with something of every kind. */
async function fill(): Promise<Filled> {
  const { id, name } = await createWorkspace();
  await owner.put(of(id, `/members/${member.userId}`), { role: 'member' });
  await owner.post(of(id, '/roles'), { name: 'reader', permissions: ['tasks:read'] });
  const source = await makeSource(owner, id, { provider: 'open', expectEverySeconds: 3_600 });
  const signed = await makeSource(owner, id, { provider: 'github' });
  await owner.post(of(id, '/endpoints'), { name: 'all', url: `${receiver.url}/${id}`, eventTypes: [] });
  await owner.post(of(id, '/tasks'), { title: 'Water the plants', assigneeId: member.userId });
  const document = await owner.post<{ id: string }>(of(id, '/documents'), { title: 'Minutes' });
  await owner.put(of(id, '/event-types/order.paid'), { description: 'An order was paid.' });
  await owner.put(of(id, '/retention'), { rules: [{ topics: 'orders/*', maxEvents: 10 }] });
  const channel = `topic:${id}/orders`;
  await owner.post(of(id, '/events'), { channel, type: 'order.paid', payload: { id: 1 }, id: 'one' });
  await post(source.url, 'this is for WebSocketyness');
  await post(signed.url, 'unsigned');
  await eventually('the message is delivered', () => receiver.received.some(({ path }) => path === `/${id}`));
  await eventually(
    'the request is recorded as refused',
    async () => (await owner.get<{ items: unknown[] }>(of(id, '/refused'))).body.items.length > 0,
  );
  return { id, name, source, documentId: document.body.id };
}

/** Ends the grace period, and erases. */
async function erase({ id }: Pick<Filled, 'id'>): Promise<void> {
  await database.query(`UPDATE workspaces SET erase_at = now() WHERE id = $1`, [id]);
  await tidings.app.get(EraseWorkspaces).sweep();
}

describe('deleting a workspace', () => {
  let workspace: Filled;

  beforeEach(async () => {
    workspace = await fill();
  });

  it('takes the rights of every member at once, and closes what is open', async () => {
    const channel = `tasks:${workspace.id}`;
    const socket = await TestSocket.connect(tidings.url, member.token);
    await socket.ask('subscribe', { channel });
    const stream = await TestStream.open(tidings.url, [channel], { token: member.token });
    const writer = new Writer(() => tidings.url, workspace.documentId, member.token);
    await eventually('the document is open', () => writer.provider.synced);
    const deleted = await remove(owner, workspace);
    expect(deleted.status).toBe(200);
    expect(deleted.headers.get('server-timing')).toMatch(/^fence;dur=/);
    await socket.waitFor(({ type, payload }) => type === 'subscription:revoked' && payload['channel'] === channel);
    await eventually(
      'the stream learns it',
      () => stream.ended || stream.frames.some(({ type }) => type === 'subscription:revoked'),
    );
    await eventually('the document is closed', () => !writer.provider.synced || writer.closes.length > 0);
    writer.leave();
    for (const by of [owner, member]) {
      for (const path of ['', '/tasks', '/members', '/audit', '/deliveries', '/export']) {
        expect((await by.get(of(workspace.id, path))).status).toBe(404);
      }
      expect((await by.get<Schemas['Me']>('/v1/me')).body.workspaces.map(({ id }) => id)).not.toContain(workspace.id);
    }
    const answer = await socket.ask('subscribe', { channel });
    expect(answer).toMatchObject({ type: 'error' });
  });

  it('makes its sources unknown, and stores nothing that they send', async () => {
    await remove(owner, workspace);
    const unknown = await post(workspace.source.url.replace(/[^/]+$/, 'x'.repeat(32)), 'x');
    const answer = await post(workspace.source.url, 'too late');
    expect(answer.status).toBe(unknown.status);
    expect(answer.status).toBe(404);
    const stored = await database.query(`SELECT FROM deliveries WHERE workspace_id = $1 AND body = 'too late'`, [
      workspace.id,
    ]);
    expect(stored).toEqual([]);
  });

  it('sends nothing to its endpoints, and leaves them enabled for a restoration', async () => {
    await database.query(
      `UPDATE messages SET status = 'pending', due_at = now() + interval '1 second' FROM endpoints
       WHERE endpoints.id = endpoint_id AND workspace_id = $1`,
      [workspace.id],
    );
    await remove(owner, workspace);
    const sent = receiver.received.filter(({ path }) => path === `/${workspace.id}`).length;
    await database.query(
      `UPDATE messages SET due_at = now() FROM endpoints WHERE endpoints.id = endpoint_id AND workspace_id = $1`,
      [workspace.id],
    );
    // Another endpoint is served by the same sweep or a later one.
    const other = await fill();
    await eventually('another workspace gets its message', () =>
      receiver.received.some(({ path }) => path === `/${other.id}`),
    );
    expect(receiver.received.filter(({ path }) => path === `/${workspace.id}`)).toHaveLength(sent);
    await restore(owner, workspace);
    const { body } = await owner.get<{ items: Schemas['Endpoint'][] }>(of(workspace.id, '/endpoints'));
    expect(body.items).toMatchObject([{ enabled: true, disabledReason: null }]);
    await eventually(
      'the pending messages are sent',
      () => receiver.received.filter(({ path }) => path === `/${workspace.id}`).length > sent,
    );
  });

  it('is listed for its owners only, with the time until which it can be restored', async () => {
    const { body } = await remove(owner, workspace);
    const days = (Date.parse(body.deletedUntil) - Date.parse(body.deletedAt)) / 86_400_000;
    expect(days).toBe(7);
    const list = async (by: Api) => (await by.get<{ items: { id: string }[] }>('/v1/workspaces/deleted')).body.items;
    expect(await list(owner)).toContainEqual(body);
    expect(await list(member)).toEqual([]);
  });

  it('is undone by a restoration, with the same members and sources', async () => {
    const before = await owner.get(of(workspace.id, '/members'));
    await remove(owner, workspace);
    expect(await restore(owner, workspace)).toMatchObject({ status: 200, body: { role: 'owner' } });
    expect((await owner.get(of(workspace.id, '/members'))).body).toEqual(before.body);
    expect((await member.get(of(workspace.id, '/tasks'))).status).toBe(200);
    expect((await post(workspace.source.url, 'again')).status).toBe(202);
    const audit = await owner.get<{ items: Schemas['AuditEntry'][] }>(of(workspace.id, '/audit?limit=2'));
    expect(audit.body.items.map(({ action }) => action)).toEqual(['workspace.restored', 'workspace.deleted']);
    expect(await restore(owner, workspace)).toMatchObject({ status: 404 });
  });

  it('requires an owner, their own login and the exact name', async () => {
    await owner.put(of(workspace.id, `/members/${member.userId}`), { role: 'admin' });
    expect(await remove(member, workspace)).toMatchObject({ status: 403, body: { code: 'workspace.owner-required' } });
    const misspelt = { ...workspace, name: 'workspace' };
    expect(await remove(owner, misspelt)).toMatchObject({ status: 400, body: { code: 'workspace.name-unconfirmed' } });
    const { body } = await owner.post<{ key: string }>('/v1/api-keys', { name: 'x', scopes: ['members:manage'] });
    const key = owner.with({ authorization: `Bearer ${body.key}` });
    key.token = body.key;
    expect(await remove(key, workspace)).toMatchObject({ status: 403, body: { code: 'auth.person-required' } });
    expect((await owner.get(of(workspace.id))).status).toBe(200);
    await remove(owner, workspace);
    expect(await restore(member, workspace)).toMatchObject({ status: 403 });
    const stranger = await signUp(owner, `stranger${count}@example.com`);
    expect(await restore(stranger, workspace)).toMatchObject({ status: 404 });
  });
});

describe('the erasure of a deleted workspace', () => {
  it('leaves no row of it in any table, and all rows of another', async () => {
    const [workspace, other] = [await fill(), await fill()];
    const tables = await WorkspaceTables.find(database);
    const before = await tables.count(database, workspace.id);
    const others = await tables.count(database, other.id);
    const filled = tables.names.filter((name) => (before.get(name) ?? 0) > 0);
    for (const name of [
      'audit',
      'channels',
      'deliveries',
      'events',
      'messages',
      'sources',
      'refused_requests',
      'tasks',
    ])
      expect(filled).toContain(name);
    await remove(owner, workspace);
    await erase(workspace);
    expect([...(await tables.count(database, workspace.id))].filter(([, rows]) => rows > 0)).toEqual([]);
    const after = await tables.count(database, other.id);
    const moving = new Set(['subscription_spans', 'span_progress', 'log_cursors']);
    for (const [name, rows] of others) if (!moving.has(name)) expect([name, after.get(name)]).toEqual([name, rows]);
    // The trail of the installation tells of the deletion; private channels keep what was sent to their users.
    const left = (await tablesWith(database, workspace.id)).filter((name) => !name.startsWith('bull'));
    expect(left.filter((name) => name !== 'events')).toEqual(['audit']);
    const elsewhere = await database.query(
      `SELECT FROM events JOIN channels ON channels.id = channel_id
       WHERE events::text LIKE '%' || $1 || '%' AND channels.name NOT LIKE 'user:%'`,
      [workspace.id],
    );
    expect(elsewhere).toEqual([]);
  });

  it('is told by the trail of the installation, which still verifies, with the head of the erased trail', async () => {
    const workspace = await createWorkspace();
    await remove(owner, workspace);
    const audit = tidings.app.get(AuditReader);
    const { head, rows } = await audit.head(workspace.id);
    await erase(workspace);
    const { body } = await owner.get<{ items: Schemas['AuditEntry'][] }>('/v1/audit?limit=3');
    const told = body.items.filter(({ target }) => target === workspace.id);
    expect(told.map(({ action }) => action)).toEqual(['workspace.erased', 'workspace.deleted']);
    expect(told[0]?.before).toEqual({ name: workspace.name, auditHead: { head, rows } });
    expect(await audit.verify(INSTALLATION)).toMatchObject({ ok: true });
    expect(await restore(owner, workspace)).toMatchObject({ status: 404 });
  });

  it('does not begin before the grace period ends', async () => {
    const workspace = await createWorkspace();
    await remove(owner, workspace);
    await tidings.app.get(EraseWorkspaces).sweep();
    expect(await restore(owner, workspace)).toMatchObject({ status: 200 });
  });

  it('is refused by the database for the trail of a workspace that may not be erased', async () => {
    const workspace = await createWorkspace();
    await remove(owner, workspace);
    for (const id of [workspace.id, INSTALLATION]) {
      await expect(database.query('DELETE FROM audit WHERE chain_id = $1', [id])).rejects.toThrow('append-only');
      await expect(database.query('DELETE FROM audit_chains WHERE id = $1', [id])).rejects.toThrow('append-only');
    }
  });
});
