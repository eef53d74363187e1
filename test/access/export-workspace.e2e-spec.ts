import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { Database } from '../../src/platform/database/database.js';
import { signUp, type Api, type Schemas } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { makeSource, post } from '../support/webhooks.js';

let tidings: RunningTidings;
let owner: Api;
let admin: Api;
let ws: string;
let secret: string;

beforeAll(async () => {
  tidings = await startTidings();
  owner = tidings.api;
  const { body } = await owner.post<{ id: string }>('/v1/workspaces', { name: 'Operations' });
  ws = body.id;
  admin = await signUp(owner, 'admin-of-it@example.com');
  const source = await makeSource(owner, ws, { provider: 'open' });
  ({ secret } = await makeSource(owner, ws, { provider: 'github' }));
  await owner.post(of('/tasks'), { title: 'Water the plants' });
  await owner.post(of('/documents'), { title: 'Minutes' });
  await owner.post(of('/events'), { channel: `topic:${ws}/orders`, type: 'order.paid', payload: { id: 1 } });
  await post(source.url, 'a body that is private');
  await eventually('the delivery is processed', async () => {
    const { body: page } = await owner.get<{ items: unknown[] }>(of('/deliveries?status=processed'));
    return page.items.length === 1;
  });
});
afterAll(() => tidings?.stop());

const of = (rest: string): string => `/v1/workspaces/${ws}${rest}`;
const asAdmin = (deny: string[]) => owner.put(of(`/members/${admin.userId}`), { role: 'admin', deny });

type Line = Readonly<Record<string, unknown>> & { readonly kind: string };

async function exported(by: Api): Promise<Line[]> {
  const response = await fetch(`${tidings.url}${of('/export')}`, { headers: { authorization: `Bearer ${by.token}` } });
  expect(response.headers.get('content-type')).toBe('application/jsonl');
  const text = await response.text();
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** An export whose client reads nothing after the header. */
async function pausedExport(): Promise<IncomingMessage> {
  const headers = { authorization: `Bearer ${owner.token}` };
  const request = get(`${tidings.url}${of('/export')}`, { headers, agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.on('error', () => undefined);
  expect(response.statusCode).toBe(200);
  await eventually('the export has its snapshot', async () => (await openSnapshots()) > 0);
  return response.pause();
}

const ofKind = (lines: readonly Line[], kind: string): Line[] => lines.filter((line) => line.kind === kind);
/** Only a snapshot of a whole transaction lasts between two statements. */
const openSnapshots = async (): Promise<number> => {
  const [row] = await tidings.app.get(Database).query<{ count: number }>(
    `SELECT count(*)::int AS count FROM pg_stat_activity
     WHERE datname = current_database() AND state LIKE 'idle in transaction%' AND backend_xmin IS NOT NULL`,
  );
  return row?.count ?? 0;
};

describe('the export of a workspace', () => {
  it('has a line for each object, and ends with their numbers', async () => {
    const lines = await exported(owner);
    expect(lines[0]).toMatchObject({ kind: 'export', version: 1, workspaceId: ws, by: owner.userId, omitted: [] });
    expect(ofKind(lines, 'workspace')).toMatchObject([{ id: ws, name: 'Operations' }]);
    expect(ofKind(lines, 'member')).toMatchObject([{ userId: owner.userId, role: 'owner' }]);
    expect(ofKind(lines, 'task')).toMatchObject([{ title: 'Water the plants' }]);
    expect(ofKind(lines, 'document')).toMatchObject([{ title: 'Minutes' }]);
    expect(ofKind(lines, 'source')).toHaveLength(2);
    const [delivery] = ofKind(lines, 'delivery');
    expect(Buffer.from(String(delivery?.['bodyBase64']), 'base64').toString()).toBe('a body that is private');
    const events = ofKind(lines, 'event').map(({ channel, type }) => [channel, type]);
    expect(events).toContainEqual([`topic:${ws}/orders`, 'order.paid']);
    expect(events).toContainEqual([`webhooks:${ws}`, 'webhook:received']);
    expect(ofKind(lines, 'audit').at(-1)).toMatchObject({ action: 'workspace.exported', actorId: owner.userId });
    const counts: Record<string, number> = {};
    for (const { kind } of lines.slice(0, -1)) counts[kind] = (counts[kind] ?? 0) + 1;
    expect(lines.at(-1)).toEqual({ kind: 'end', counts });
  });

  it('has no line of another workspace', async () => {
    const other = tidings.workspaceId;
    const event = { channel: `topic:${other}/orders`, type: 'order.paid', payload: { id: 2 } };
    expect((await owner.post(`/v1/workspaces/${other}/events`, event)).status).toBe(201);
    expect(JSON.stringify(await exported(owner))).not.toContain(other);
  });

  it('contains no secret', async () => {
    const text = JSON.stringify(await exported(owner));
    expect(text).not.toContain(secret);
    const [row] = await tidings.app
      .get(Database)
      .query<{ secrets: string[] }>(`SELECT secrets FROM sources WHERE workspace_id = $1 AND provider = 'github'`, [
        ws,
      ]);
    for (const sealed of row?.secrets ?? []) expect(text).not.toContain(sealed);
  });

  it('leaves out what the caller may not read, and says so', async () => {
    await asAdmin(['tasks:read', 'audit:read', 'webhooks:bodies']);
    const lines = await exported(admin);
    expect(lines[0]?.['omitted']).toEqual(['task', 'audit']);
    expect([...ofKind(lines, 'task'), ...ofKind(lines, 'audit')]).toEqual([]);
    expect(ofKind(lines, 'event').filter(({ channel }) => channel === `tasks:${ws}`)).toEqual([]);
    const [delivery] = ofKind(lines, 'delivery');
    expect(delivery).not.toHaveProperty('bodyBase64');
    expect(delivery).not.toHaveProperty('headers');
  });

  it('has the keys of sources, which anyone may send with, only for callers who manage webhooks', async () => {
    const keysFor = async (deny: string[]) => {
      await asAdmin(deny);
      return ofKind(await exported(admin), 'source').map((line) => typeof line['key']);
    };
    expect(await keysFor([])).toEqual(['string', 'string']);
    expect(await keysFor(['webhooks:manage'])).toEqual(['undefined', 'undefined']);
  });

  it('requires the permission, which members lack', async () => {
    const member = await signUp(owner, 'member@example.com');
    await owner.put(of(`/members/${member.userId}`), { role: 'member' });
    expect(await member.get(of('/export'))).toMatchObject({ status: 403, body: { code: 'permission.denied' } });
  });

  it('gives its connection and its place back when the client leaves in the middle', async () => {
    const database = tidings.app.get(Database);
    await database.query(
      `INSERT INTO tasks (id, workspace_id, title, description, status, created_by, created_at, updated_at)
       SELECT gen_random_uuid(), $1, 'many', repeat('x', 5000), 'open', $2, now(), now() FROM generate_series(1, 4000)`,
      [ws, owner.userId],
    );
    for (let round = 0; round < 4; round++) {
      (await pausedExport()).destroy();
      await eventually('the snapshot ends', async () => (await openSnapshots()) === 0);
    }
    expect(ofKind(await exported(owner), 'task')).toHaveLength(4_001);
  });

  it('waits for its client, and shows none of the changes since it began', async () => {
    const response = await pausedExport();
    await owner.post(of('/tasks'), { title: 'Too late' });
    expect(await openSnapshots()).toBe(1);
    let text = '';
    response.setEncoding('utf8').on('data', (part: string) => (text += part));
    response.resume();
    await once(response, 'end');
    const lines: Line[] = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.at(-1)?.kind).toBe('end');
    expect(ofKind(lines, 'task')).toHaveLength(4_001);
    expect(ofKind(lines, 'event').filter(({ payload }) => JSON.stringify(payload).includes('Too late'))).toEqual([]);
  });

  it('is refused while two others run', async () => {
    const running = [await pausedExport(), await pausedExport()];
    expect(await owner.get(of('/export'))).toMatchObject({ status: 503, body: { code: 'workspace.exports-busy' } });
    for (const response of running) response.destroy();
    await eventually('the snapshots end', async () => (await openSnapshots()) === 0);
  });
});

describe('the transfer of a workspace', () => {
  it('makes a member the owner and the caller an administrator, with an entry for each', async () => {
    await asAdmin(['tasks:read']);
    const { status, body } = await owner.post(of('/transfer'), { userId: admin.userId });
    expect([status, body['role']]).toEqual([200, 'admin']);
    expect((await admin.get(of(''))).body).toMatchObject({ role: 'owner' });
    expect((await admin.get(of('/tasks'))).status).toBe(200);
    const { body: audit } = await admin.get<{ items: Schemas['AuditEntry'][] }>(of('/audit?limit=2'));
    expect(audit.items.map(({ target, after }) => [target, after?.['role']])).toEqual([
      [owner.userId, 'admin'],
      [admin.userId, 'owner'],
    ]);
    await admin.post(of('/transfer'), { userId: owner.userId });
  });

  it.each([
    ['a user who is not a member', () => '0198a000-0000-7000-8000-000000000000', 404, 'member.not-found'],
    ['the owner', () => owner.userId, 400, 'workspace.own-transfer'],
    ['no id', () => 'nonsense', 400, 'request.invalid'],
  ])('is refused for %s', async (_who, idOf, status, code) => {
    expect(await owner.post(of('/transfer'), { userId: idOf() })).toMatchObject({ status, body: { code } });
  });

  it('is refused for a disabled member, and for a caller who is not an owner', async () => {
    await asAdmin([]);
    expect(await admin.post(of('/transfer'), { userId: owner.userId })).toMatchObject({
      status: 403,
      body: { code: 'workspace.owner-required' },
    });
    await owner.patch(`/v1/users/${admin.userId}`, { disabled: true });
    expect((await owner.post(of('/transfer'), { userId: admin.userId })).status).toBe(404);
    expect((await owner.get(of(''))).body).toMatchObject({ role: 'owner' });
  });
});
