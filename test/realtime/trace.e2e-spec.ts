import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { signUp, type Api } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { TestSocket } from '../support/socket.js';

interface Traced {
  frame: { direction: string; type: string; channel: string | null; offset: number | null; payload: string | null };
}

let database: TestDatabase;
let api: RunningTidings;
let gateway: RunningTidings;
let member: Api;
let ws: string;

beforeAll(async () => {
  database = await createTestDatabase();
  const settings = {
    DATABASE_URL: database.url,
    DATABASE_POOL: '4',
    JWT_SECRET: randomUUID() + randomUUID(),
    SECRETS_KEY: Buffer.alloc(32, 7).toString('base64'),
    REDIS_PREFIX: `trace-${randomUUID()}`,
  };
  api = await startTidings({ ...settings, ROLE: 'api' });
  gateway = await startTidings({ ...settings, ROLE: 'gateway', MAX_CONNECTIONS: '77' });
  ws = api.workspaceId;
  member = await signUp(api.api, 'member@example.com');
  await api.api.put(`/v1/workspaces/${ws}/members/${member.userId}`, { role: 'member' });
}, 60_000);
afterAll(async () => {
  for (const each of [gateway, api]) await each?.stop();
  await database?.drop();
});

async function connect(): Promise<{ socket: TestSocket; id: string }> {
  const socket = await TestSocket.connect(gateway.url, member.token);
  const { payload } = await socket.waitFor(({ type }) => type === 'connected');
  return { socket, id: String(payload['sessionId']) };
}

/** Reads a trace until `stop` is called or it ends. */
async function trace(id: string, by: Api = api.api) {
  const abort = new AbortController();
  const response = await fetch(`${api.url}/v1/system/connections/${id}/trace`, {
    method: 'POST',
    headers: { authorization: `Bearer ${by.token}` },
    signal: abort.signal,
  });
  let text = '';
  const done = (async () => {
    if (response.body === null) return;
    for await (const chunk of response.body) text += Buffer.from(chunk).toString();
  })().catch(() => undefined);
  const read = <Message>(event: string): Message[] =>
    [...text.matchAll(new RegExp(`^event: ${event}\ndata: (.*)$`, 'gm'))].map(([, json = '']) => JSON.parse(json));
  return {
    response,
    frames: () => read<Traced>('frame').map(({ frame }) => frame),
    ends: () => read<{ end: string }>('end').map(({ end }) => end),
    stop: () => abort.abort(),
    done,
  };
}

const makeTask = (title: string) => api.api.post(`/v1/workspaces/${ws}/tasks`, { title });

describe('the trace of a connection', () => {
  it('shows frames both ways, with payloads of channels that the administrator may read only', async () => {
    const { socket, id } = await connect();
    const traced = await trace(id);
    expect(traced.response.status).toBe(200);
    await socket.ask('subscribe', { channel: `tasks:${ws}` });
    await makeTask('Traced');
    await socket.ask('subscribe', { channel: `user:${member.userId}` });
    await eventually('the event is traced', () => traced.frames().some(({ type }) => type === 'task:created'));
    await eventually('the own channel is traced', () =>
      traced.frames().some(({ channel, direction }) => channel === `user:${member.userId}` && direction === 'out'),
    );
    const frames = traced.frames();
    expect(frames[0]).toMatchObject({ direction: 'in', type: 'subscribe', channel: `tasks:${ws}` });
    const created = frames.find(({ type }) => type === 'task:created');
    expect(created).toMatchObject({ direction: 'out', channel: `tasks:${ws}`, offset: 1 });
    expect(created?.payload).toContain('Traced');
    const foreign = frames.filter(({ channel }) => channel === `user:${member.userId}`);
    expect(foreign.map(({ payload }) => payload)).toEqual(foreign.map(() => null));
    traced.stop();
    socket.cut();
  });

  it('never shows a credential', async () => {
    const { socket, id } = await connect();
    const traced = await trace(id);
    await socket.ask('auth:refresh', { token: member.token });
    await eventually('the refresh is traced', () => traced.frames().some(({ type }) => type === 'auth:refresh'));
    expect(JSON.stringify(traced.frames())).not.toContain(member.token);
    traced.stop();
    socket.cut();
  });

  it('is in the audit, and ends with the connection', async () => {
    const { socket, id } = await connect();
    const traced = await trace(id);
    const { body } = await api.api.get<{ items: { action: string; target: string }[] }>('/v1/audit?limit=50');
    expect(body.items).toContainEqual(expect.objectContaining({ action: 'connection.traced', target: id }));
    socket.cut();
    await traced.done;
    expect(traced.ends()).toEqual(['closed']);
  });

  it('runs once at a time, and again after its caller has gone', async () => {
    const { socket, id } = await connect();
    const first = await trace(id);
    expect((await trace(id)).response.status).toBe(429);
    first.stop();
    const again = await eventually('the connection can be traced again', async () => {
      const next = await trace(id);
      return next.response.status === 200 ? next : undefined;
    });
    again.stop();
    socket.cut();
  });

  it('ends before a change of the rights of the administrator is answered', async () => {
    const { socket, id } = await connect();
    const admin = await signUp(api.api, 'second@example.com');
    await api.api.patch(`/v1/users/${admin.userId}`, { isAdmin: true });
    await admin.logIn('second@example.com', 'password of second@example.com');
    const traced = await trace(id, admin);
    expect(traced.response.status).toBe(200);
    await api.api.patch(`/v1/users/${admin.userId}`, { disabled: true });
    await traced.done;
    expect(traced.ends()).toEqual(['rights']);
    socket.cut();
  });

  it('is refused to members, and for connections that do not exist', async () => {
    const { socket, id } = await connect();
    expect((await trace(id, member)).response.status).toBe(403);
    expect((await trace(randomUUID())).response.status).toBe(404);
    socket.cut();
  });
});

describe('the preview of a change of rights', () => {
  interface Preview {
    permissions: { gained: string[]; lost: string[] };
    closes: { subscriptions: number; sockets: number; documents: number };
    missingNodes: string[];
  }
  const preview = (rights: object, by: Api = api.api) =>
    by.post<Preview>(`/v1/workspaces/${ws}/members/${member.userId}/preview`, rights);

  it('counts what the change would end on another node, and the change ends as much', async () => {
    const { socket } = await connect();
    await socket.ask('subscribe', { channel: `tasks:${ws}` });
    await socket.ask('subscribe', { channel: `webhooks:${ws}` });
    const rights = { role: 'member', grant: ['audit:read'], deny: ['tasks:read', 'documents:write'] };
    const { status, body } = await preview(rights);
    expect(status).toBe(200);
    expect(body.permissions).toEqual({ gained: ['audit:read'], lost: ['documents:write', 'tasks:read'] });
    expect(body.closes).toEqual({ subscriptions: 1, sockets: 1, documents: 0 });
    expect(body.missingNodes).toEqual([]);
    await api.api.put(`/v1/workspaces/${ws}/members/${member.userId}`, rights);
    await socket.waitFor(({ type }) => type === 'subscription:revoked');
    expect(socket.frames.filter(({ type }) => type === 'subscription:revoked')).toHaveLength(1);
    await api.api.put(`/v1/workspaces/${ws}/members/${member.userId}`, { role: 'member' });
    socket.cut();
  });

  it('closes nothing for a change without a loss, and for a user who is no member', async () => {
    const same = { role: 'member', grant: [], deny: [] };
    expect((await preview(same)).body.permissions).toEqual({ gained: [], lost: [] });
    const path = `/v1/workspaces/${ws}/members/${randomUUID()}/preview`;
    const { body } = await api.api.post<Preview>(path, same);
    expect(body.closes).toEqual({ subscriptions: 0, sockets: 0, documents: 0 });
    expect(body.permissions.lost).toEqual([]);
  });

  it('counts what the removal of a member, and the change of a role, would end', async () => {
    const permissions = ['tasks:read', 'webhooks:read'];
    const roles = `/v1/workspaces/${ws}/roles`;
    await api.api.post(roles, { name: 'watcher', permissions });
    await api.api.put(`/v1/workspaces/${ws}/members/${member.userId}`, { role: 'watcher', grant: ['audit:read'] });
    const { socket } = await connect();
    for (const noun of ['tasks', 'webhooks']) await socket.ask('subscribe', { channel: `${noun}:${ws}` });
    const role = await api.api.post<Preview>(`${roles}/watcher/preview`, { permissions: ['tasks:read'] });
    expect(role.body).toEqual({
      permissions: { gained: [], lost: ['webhooks:read'] },
      closes: { subscriptions: 1, sockets: 1, documents: 0 },
      missingNodes: [],
    });
    const removal = await api.api.post<Preview>(`/v1/workspaces/${ws}/members/${member.userId}/removal-preview`);
    expect(removal.body.permissions).toEqual({ gained: [], lost: ['audit:read', ...permissions] });
    expect(removal.body.closes).toMatchObject({ subscriptions: 2, sockets: 1 });
    expect((await api.api.post(`${roles}/astronaut/preview`, { permissions })).status).toBe(404);
    expect((await api.api.post(`${roles}/viewer/preview`, { permissions })).body['code']).toBe('role.built-in');
    await api.api.put(`/v1/workspaces/${ws}/members/${member.userId}`, { role: 'member' });
    socket.cut();
  });

  it('is refused without members:manage, and for an unknown role', async () => {
    expect((await preview({ role: 'viewer' }, member)).status).toBe(403);
    expect((await preview({ role: 'astronaut' })).status).not.toBe(200);
  });
});

describe('the settings of processes', () => {
  it('name the processes with another value, and never a secret', async () => {
    interface Settings {
      items: { name: string; secret: boolean; others: { nodeId: string; value: string | null }[] }[];
      missing: string[];
    }
    const { body } = await api.api.get<Settings>('/v1/system/settings');
    expect(body.missing).toEqual([]);
    const found = body.items.find(({ name }) => name === 'MAX_CONNECTIONS');
    expect(found?.others.map(({ value }) => value)).toEqual(['77']);
    expect(body.items.find(({ name }) => name === 'DATABASE_POOL')?.others).toEqual([]);
    expect(body.items.filter(({ secret, others }) => secret && others.length > 0)).toEqual([]);
  });
});
