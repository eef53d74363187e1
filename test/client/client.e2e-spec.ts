import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose';
import { randomBytes } from 'node:crypto';
import type { TidingsClient, TidingsError, TidingsOptions } from '../../client/src/tidings.js';
import { signUp } from '../support/api.js';
import { freePort, startTidings, type RunningTidings } from '../support/app.js';
import { isIn, makeClient, Notes, Sockets } from '../support/client.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { trimChannel } from '../support/trim-channel.js';
import { LogWriter } from '../support/log-writer.js';
import { headOf, upTo } from '../support/offsets.js';

let database: TestDatabase;
let settings: Record<string, string>;
let tidings: RunningTidings;
let workspaceId: string;
let channel: string;
let writer: LogWriter;
const clients: TidingsClient[] = [];

/** The same port and the same data each time. */
async function startServer(more: Record<string, string> = {}): Promise<void> {
  tidings = await startTidings({ ...settings, ...more });
  writer = new LogWriter(tidings.app);
}

beforeAll(async () => {
  database = await createTestDatabase();
  const port = await freePort();
  settings = {
    DATABASE_URL: database.url,
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    JWT_SECRET: randomBytes(32).toString('hex'),
  };
  await startServer();
  ({ workspaceId } = tidings);
  channel = `webhooks:${workspaceId}`;
});
afterAll(async () => {
  await tidings.stop();
  await database.drop();
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});

function newClient(options: Partial<TidingsOptions> = {}, token = () => tidings.api.token): TidingsClient {
  const client = makeClient(tidings.url, token, options);
  clients.push(client);
  return client;
}

const head = () => headOf(tidings.api, workspaceId, channel);

describe('the client', () => {
  it('goes on from the position of a REST list, and loads nothing', async () => {
    await writer.append(channel, 2);
    const position = await head();
    await writer.append(channel, 3);
    const [notes, client] = [new Notes(), newClient()];
    const subscription = client.subscribe(channel, Object.assign(notes, { position }));
    client.connect();
    await notes.has(3);
    expect(notes.offsets).toEqual(upTo(position.offset + 3, position.offset));
    expect(subscription.position).toEqual({ ...position, offset: position.offset + 3 });
    expect(client.userId).toBe(tidings.api.userId);
    expect(client.sessionId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('gets every event once and in order while its socket is cut again and again', async () => {
    const sockets = new Sockets();
    const [notes, client] = [new Notes(), newClient({ WebSocket: sockets.WebSocket })];
    const { offset } = await head();
    client.subscribe(channel, Object.assign(notes, { position: await head() }));
    client.connect();
    await notes.isLive();
    for (let cut = 0; cut < 5; cut++) {
      await writer.append(channel, 20);
      sockets.cut();
      await writer.append(channel, 20);
    }
    await notes.has(200);
    expect(notes.offsets).toEqual(upTo(offset + 200, offset));
    expect(sockets.opened.length).toBeGreaterThan(1);
  });

  it('gives each of two subscribers all events that they missed, also when one is far behind', async () => {
    const client = newClient();
    const [ahead, behind] = [new Notes(), new Notes()];
    const position = await head();
    client.connect();
    client.subscribe(channel, Object.assign(ahead, { position }));
    await writer.append(channel, 3);
    await ahead.has(3);
    client.subscribe(channel, Object.assign(behind, { position }));
    await writer.append(channel, 1);
    await Promise.all([ahead.has(4), behind.has(4)]);
    const all = upTo(position.offset + 4, position.offset);
    expect([ahead.offsets, behind.offsets]).toEqual([all, all]);
  });

  it('comes back by itself after a restart of the server, and resumes all channels exactly once', async () => {
    const client = newClient();
    const notes = new Notes();
    const mine = new Notes();
    const { offset } = await head();
    client.subscribe(channel, Object.assign(notes, { position: await head() }));
    client.subscribe(`user:${tidings.api.userId}`, mine);
    client.connect();
    await Promise.all([notes.isLive(), mine.isLive()]);
    await writer.append(channel, 2);
    await writer.append(`user:${tidings.api.userId}`, 1);
    await Promise.all([notes.has(2), mine.has(1)]);
    await tidings.stop();
    await isIn(client, 'waiting');
    await startServer();
    await writer.append(channel, 2);
    await writer.append(`user:${tidings.api.userId}`, 1);
    await Promise.all([notes.has(4), mine.has(2)]);
    await writer.append(channel, 1);
    await notes.has(5);
    expect(notes.offsets).toEqual(upTo(offset + 5, offset));
    expect(mine.offsets).toEqual(
      upTo(mine.offsets[0] === undefined ? 0 : mine.offsets[0] + 1, (mine.offsets[0] ?? 0) - 1),
    );
  });

  it('loads first where it has no position, and then goes on from the list', async () => {
    const client = newClient();
    const notes = new Notes();
    const loads: string[] = [];
    const onReload = async (name: string) => {
      loads.push(name);
      // It happens while the list is on its way, and is in the list.
      await writer.append(channel, 2);
      const position = await head();
      // It happens after the list was read, and is not in it.
      await writer.append(channel, 2);
      return position;
    };
    const { offset } = await head();
    client.subscribe(channel, Object.assign(notes, { onReload }));
    client.connect();
    await notes.has(2);
    expect(loads).toEqual([channel]);
    expect(notes.offsets).toEqual([offset + 3, offset + 4]);
  });

  it('loads anew when the log no longer holds what it missed, again when that failed, and has then missed nothing', async () => {
    const sockets = new Sockets();
    const client = newClient({ WebSocket: sockets.WebSocket });
    const notes = new Notes();
    let loads = 0;
    const onReload = async () => {
      if (++loads === 1) throw new Error('the list could not be read');
      return head();
    };
    client.subscribe(channel, Object.assign(notes, { position: await head(), onReload }));
    client.connect();
    await notes.isLive();
    expect(loads).toBe(0);
    client.close();
    await writer.append(channel, 3);
    await trimChannel({ ...tidings, workspaceId }, channel, 1);
    await tidings.stop();
    await startServer();
    client.connect();
    await eventually('the list was loaded', () => loads === 2);
    await notes.isLive(2);
    const { offset } = await head();
    await writer.append(channel, 2);
    await notes.has(2);
    expect(notes.offsets).toEqual([offset + 1, offset + 2]);
  });

  it('stops when its session has ended, says why, and goes on without a gap with new credentials', async () => {
    const sockets = new Sockets();
    const member = await signUp(tidings.api, 'stops@example.com');
    await tidings.api.put(`/v1/workspaces/${workspaceId}/members/${member.userId}`, { role: 'viewer' });
    const client = newClient({ WebSocket: sockets.WebSocket }, () => member.token);
    const notes = new Notes();
    const { offset } = await head();
    client.subscribe(channel, Object.assign(notes, { position: await head() }));
    client.connect();
    await notes.isLive();
    await member.post('/v1/auth/logout-everywhere');
    await isIn(client, 'stopped');
    expect(client.status.error).toMatchObject({ code: 'connection.unauthenticated', temporary: false });
    await expect(client.send('ping', {})).rejects.toMatchObject({ code: 'connection.closed' });
    await writer.append(channel, 2);
    expect(sockets.opened).toHaveLength(1);
    await member.logIn('stops@example.com', 'password of stops@example.com');
    client.connect();
    await notes.has(2);
    expect(notes.offsets).toEqual([offset + 1, offset + 2]);
  });

  it('reports that no user is signed in instead of connecting without a token', async () => {
    const client = newClient({ getToken: () => undefined });
    client.connect();
    await isIn(client, 'stopped');
    expect(client.status.error?.code).toBe('connection.unauthenticated');
  });

  it('asks for a fresh token when the one it got has run out, and comes back', async () => {
    const stale = await new SignJWT({ ...decodeJwt(tidings.api.token), exp: 1_000_000_000 })
      .setProtectedHeader({ ...decodeProtectedHeader(tidings.api.token), alg: 'HS256' })
      .sign(new TextEncoder().encode(settings['JWT_SECRET']));
    const asked: boolean[] = [];
    const client = newClient({
      getToken(fresh) {
        asked.push(fresh);
        return fresh ? tidings.api.token : stale;
      },
    });
    client.connect();
    await isIn(client, 'open');
    expect(asked).toEqual([false, true]);
  });

  it('keeps what is sent while there is no connection, in order and up to a bound', async () => {
    const client = newClient({ maxQueued: 2 });
    const kept = [client.send('ping', {}), client.send('workspace:leave', { workspaceId })];
    await expect(client.send('ping', {})).rejects.toMatchObject({ code: 'queue.full', temporary: true });
    client.connect();
    await expect(Promise.all(kept)).resolves.toEqual([{}, { workspaceId, channels: [] }]);
  });

  it('throws what the server answers by its code', async () => {
    const client = newClient();
    client.connect();
    const failed = client.send('workspace:join', { workspaceId: 'no-such-workspace' });
    await expect(failed).rejects.toMatchObject({ name: 'TidingsError', code: 'workspace.not-found', temporary: false });
    await expect(client.send('ping', 'x'.repeat(70_000))).rejects.toMatchObject({ code: 'frame.too-large' });
    expect(client.status.state).toBe('open');
  });

  it('is told when it may not read a channel, and goes on by itself without a gap when it may', async () => {
    const member = await signUp(tidings.api, 'rights@example.com');
    const path = `/v1/workspaces/${workspaceId}/members/${member.userId}`;
    await tidings.api.put(path, { role: 'viewer' });
    const client = newClient({}, () => member.token);
    const notes = new Notes();
    const { offset } = await head();
    client.subscribe(channel, Object.assign(notes, { position: await head() }));
    client.connect();
    await notes.isLive();
    await tidings.api.put(path, { role: 'viewer', deny: ['webhooks:read'] });
    await eventually('the refusal', () => notes.refused.length === 1);
    expect(notes.refused[0]?.code).toBe('channel.forbidden');
    await writer.append(channel, 2);
    await tidings.api.put(path, { role: 'viewer' });
    await notes.has(2);
    expect(notes.offsets).toEqual([offset + 1, offset + 2]);
  });

  it('follows all channels of a workspace that it joined, resumes them, and takes in what it may read later', async () => {
    const member = await signUp(tidings.api, 'joins@example.com');
    const path = `/v1/workspaces/${workspaceId}/members/${member.userId}`;
    await tidings.api.put(path, { role: 'viewer', deny: ['webhooks:read'] });
    const sockets = new Sockets();
    const client = newClient({ WebSocket: sockets.WebSocket }, () => member.token);
    const notes = new Notes();
    client.connect();
    const membership = client.join(workspaceId, notes);
    const channels = await membership.channels;
    expect(channels).toContain(`workspace:${workspaceId}`);
    expect(channels).not.toContain(channel);
    await tidings.api.put(path, { role: 'viewer' });
    await eventually('the new channel is live', () => notes.live.some((position) => position.channel === channel));
    const { offset } = await head();
    sockets.cut();
    await writer.append(channel, 2);
    await notes.has(2);
    expect(notes.offsets).toEqual([offset + 1, offset + 2]);
    membership.end();
    await writer.append(channel, 1);
    await client.send('ping', {});
    expect(notes.offsets).toHaveLength(2);
  });

  it('reports a workspace that there is not', async () => {
    const client = newClient();
    client.connect();
    const errors: TidingsError[] = [];
    const membership = client.join('nowhere', { onEvent: () => undefined, onRefused: (error) => errors.push(error) });
    await expect(membership.channels).rejects.toMatchObject({ code: 'workspace.not-found' });
    expect(errors).toHaveLength(1);
  });

  it('tells of what is pushed', async () => {
    const member = await signUp(tidings.api, 'told@example.com');
    const client = newClient({}, () => member.token);
    const pushed: unknown[] = [];
    client.on('permissions:updated', ({ workspaces }) => pushed.push(...workspaces));
    client.connect();
    await isIn(client, 'open');
    await tidings.api.put(`/v1/workspaces/${workspaceId}/members/${member.userId}`, { role: 'viewer' });
    await eventually('the push', () => pushed.length > 0);
    expect(pushed[0]).toMatchObject({ id: workspaceId, role: 'viewer' });
  });

  it('renews its token in band before it runs out, again and again over one socket', async () => {
    await tidings.stop();
    await startServer({ ACCESS_TOKEN_SECONDS: '4' });
    const sockets = new Sockets();
    let asked = 0;
    const getToken = async () => {
      asked++;
      await tidings.api.logIn('admin@example.com', 'correct horse battery staple');
      return tidings.api.token;
    };
    const client = newClient({ WebSocket: sockets.WebSocket, getToken });
    const notes = new Notes();
    client.subscribe(channel, notes);
    client.connect();
    await eventually('three tokens were asked for', () => asked >= 3);
    await writer.append(channel, 1);
    await notes.has(1);
    expect(sockets.opened).toHaveLength(1);
  });
});
