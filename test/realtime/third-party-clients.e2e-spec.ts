import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createRequire } from 'node:module';
import type ReconnectingSocket from 'reconnecting-websocket';
import { w3cwebsocket } from 'websocket';
import { WebSocket } from 'ws';
import { signUp, type Api } from '../support/api.js';
import { freePort, startTidings, type RunningTidings } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { githubHeaders, makeSource, post } from '../support/webhooks.js';

/** Clients without the SDK, as in tutorials: a token in the URL, and JSON with a type and a payload. */

// Its types describe another module format than Node loads.
const ReconnectingWebSocket: typeof ReconnectingSocket.default = createRequire(import.meta.url)(
  'reconnecting-websocket',
);

interface Message {
  readonly type: string;
  readonly payload: Record<string, unknown>;
  readonly ts: number;
}

let database: TestDatabase;
let settings: Record<string, string>;
let tidings: RunningTidings;
let ada: Api;
let grace: Api;
let ws: string;
const open: { close(): void }[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  const port = await freePort();
  settings = {
    DATABASE_URL: database.url,
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    JWT_SECRET: 'a secret that outlives a restart of the server',
    SECRETS_KEY: Buffer.alloc(32, 7).toString('base64'),
  };
  tidings = await startTidings(settings);
  ws = tidings.workspaceId;
  [ada, grace] = [await join('ada'), await join('grace')];
});
afterEach(() => {
  for (const socket of open.splice(0)) socket.close();
});
afterAll(async () => {
  await tidings.stop();
  await database.drop();
});

async function join(name: string): Promise<Api> {
  const user = await signUp(tidings.api, `${name}@example.com`);
  await tidings.api.put(`/v1/workspaces/${ws}/members/${user.userId}`, { role: 'member' });
  return user;
}

async function restartServer(): Promise<void> {
  await tidings.stop();
  tidings = await startTidings(settings);
}

const address = (user: Api): string => `${user.url.replace('http', 'ws')}/ws?token=${user.token}`;
const makeTask = async (by: Api, title: string) => (await by.post(`/v1/workspaces/${ws}/tasks`, { title })).body;
const titles = (messages: readonly Message[]) =>
  messages.filter(({ type }) => type === 'task:created').map(({ payload }) => payload['title']);

function waitFor(messages: readonly Message[], type: string): Promise<Message> {
  return eventually(`a message ${type} arrives`, () => messages.find((message) => message.type === type));
}

/** Opens a tab that joins the workspace and records its messages. */
function openTab(user: Api): { readonly socket: WebSocket; readonly messages: Message[] } {
  const socket = new WebSocket(address(user));
  const messages: Message[] = [];
  open.push(socket);
  socket.on('open', () => socket.send(JSON.stringify({ type: 'workspace:join', payload: { workspaceId: ws } })));
  socket.on('message', (data) => messages.push(JSON.parse(String(data))));
  return { socket, messages };
}

describe('a client with its token in the URL', () => {
  it('joins a workspace and receives its events as {type, payload, ts} in each of its tabs', async () => {
    const tabs = [openTab(ada), openTab(ada), openTab(grace)];
    await Promise.all(tabs.map(({ messages }) => waitFor(messages, 'workspace:joined')));
    const task = await makeTask(grace, 'for every tab');
    for (const { messages } of tabs) {
      const { payload, ts } = await waitFor(messages, 'task:created');
      expect(payload).toEqual(task);
      expect(Math.abs(ts - Date.now())).toBeLessThan(60_000);
    }
    const path = `/v1/workspaces/${ws}/tasks/${String(task['id'])}`;
    await grace.patch(path, { status: 'done' });
    await grace.delete(path);
    for (const { messages } of tabs) {
      expect((await waitFor(messages, 'task:updated')).payload).toMatchObject({ id: task['id'], status: 'done' });
      expect((await waitFor(messages, 'task:deleted')).payload).toEqual({ id: task['id'] });
    }
  });

  it('receives joins of members, and no events after leaving the workspace', async () => {
    const tab = openTab(ada);
    await waitFor(tab.messages, 'workspace:joined');
    const { userId } = await join('linus');
    expect((await waitFor(tab.messages, 'workspace:member_joined')).payload).toMatchObject({ userId, role: 'member' });
    tab.socket.send(JSON.stringify({ type: 'workspace:leave', payload: { workspaceId: ws } }));
    await waitFor(tab.messages, 'workspace:left');
    await makeTask(grace, 'after leaving');
    tab.socket.send(JSON.stringify({ type: 'ping', payload: {} }));
    await waitFor(tab.messages, 'pong');
    expect(titles(tab.messages)).toEqual([]);
  });

  it('sends typing to other users but not to itself', async () => {
    const [writer, reader] = [openTab(ada), openTab(grace)];
    await Promise.all([writer, reader].map(({ messages }) => waitFor(messages, 'workspace:joined')));
    const task = await makeTask(ada, 'being typed');
    const payload = { workspaceId: ws, taskId: task['id'] };
    writer.socket.send(JSON.stringify({ type: 'task:typing', payload }));
    expect((await waitFor(reader.messages, 'task:typing')).payload).toMatchObject({ ...payload, userId: ada.userId });
    expect(writer.messages.some(({ type }) => type === 'task:typing')).toBe(false);
  });

  it('receives an error for an unknown frame and stays connected', async () => {
    const { socket, messages } = openTab(ada);
    await waitFor(messages, 'workspace:joined');
    socket.send(JSON.stringify({ type: 'what:is_this', payload: {} }));
    expect((await waitFor(messages, 'error')).payload).toMatchObject({ code: 'frame.unknown-type', temporary: false });
    socket.send(JSON.stringify({ type: 'ping' }));
    await waitFor(messages, 'pong');
  });

  it.each([
    ['a bad token', '?token=nonsense'],
    ['an empty token', '?token='],
    ['no token', ''],
  ])('is closed with 4001 for %s', async (_name, query) => {
    const socket = new WebSocket(`${tidings.url.replace('http', 'ws')}/ws${query}`);
    open.push(socket);
    const code = await new Promise((resolve) => socket.on('close', resolve));
    expect(code).toBe(4001);
  });

  it('receives a webhook of GitHub', async () => {
    const { messages } = openTab(ada);
    await waitFor(messages, 'workspace:joined');
    const source = await makeSource(tidings.api, ws, { provider: 'github' });
    const body = JSON.stringify({ zen: 'Keep it logically awesome.', hook_id: 1 });
    expect((await post(source.url, body, githubHeaders({ body, secret: source.secret }))).status).toBe(202);
    expect((await waitFor(messages, 'webhook:received')).payload).toMatchObject({ provider: 'github' });
  });
});

describe('after a restart of the server on the same port', () => {
  it('reconnecting-websocket reconnects by itself and, with positions, receives every event once', async () => {
    const messages: (Message & { readonly channel?: string; readonly offset?: number })[] = [];
    const epochs = new Map<string, unknown>();
    const socket = new ReconnectingWebSocket(() => address(ada), [], {
      WebSocket,
      minReconnectionDelay: 50,
      maxReconnectionDelay: 200,
    });
    open.push(socket);
    socket.addEventListener('open', () => {
      const seen = messages.filter(({ channel }) => channel !== undefined);
      const positions = Object.fromEntries(
        seen.map(({ channel, offset }) => [channel, { epoch: epochs.get(String(channel)), offset }]),
      );
      socket.send(JSON.stringify({ type: 'workspace:join', payload: { workspaceId: ws, positions } }));
    });
    socket.addEventListener('message', ({ data }) => {
      const message = JSON.parse(String(data));
      if (message.type === 'subscribed') epochs.set(message.payload.channel, message.payload.epoch);
      messages.push(message);
    });
    await waitFor(messages, 'workspace:joined');
    await makeTask(grace, 'before');
    await eventually('the first task arrives', () => titles(messages).includes('before'));
    await restartServer();
    await makeTask(grace, 'after');
    await eventually('the task after the restart arrives', () => titles(messages).includes('after'));
    expect(titles(messages)).toEqual(['before', 'after']);
    expect(messages.filter(({ type }) => type === 'connected')).toHaveLength(2);
  });

  it('w3cwebsocket, which the application opens again, receives later events', async () => {
    const messages: Message[] = [];
    const codes: number[] = [];
    let current: w3cwebsocket | undefined;
    let ended = false;
    const connect = (): void => {
      const socket = new w3cwebsocket(address(ada));
      current = socket;
      socket.addEventListener('open', () =>
        socket.send(JSON.stringify({ type: 'workspace:join', payload: { workspaceId: ws } })),
      );
      socket.addEventListener('message', ({ data }) => messages.push(JSON.parse(String(data))));
      socket.addEventListener('close', ({ code }) => {
        codes.push(code);
        if (!ended) setTimeout(connect, 50);
      });
    };
    open.push({ close: () => ((ended = true), current?.close()) });
    connect();
    await waitFor(messages, 'workspace:joined');
    await restartServer();
    await eventually(
      'the client joins a second time',
      () => messages.filter(({ type }) => type === 'workspace:joined').length === 2,
    );
    await makeTask(grace, 'welcome back');
    await eventually('the task after the restart arrives', () => titles(messages).includes('welcome back'));
    expect(codes[0]).toBe(1012);
    expect(messages.some(({ type }) => type === 'server:draining')).toBe(true);
  });
});
