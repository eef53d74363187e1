import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { TidingsClient, TidingsOptions } from '../../client/src/tidings.js';
import { signUp } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { isIn, makeClient, Notes } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { LogWriter } from '../support/log-writer.js';
import { headOf, upTo } from '../support/offsets.js';
import { NoWebSocketProxy } from '../support/no-websocket-proxy.js';

let tidings: RunningTidings;
let proxy: NoWebSocketProxy;
let workspaceId: string;
let channel: string;
let writer: LogWriter;
const clients: TidingsClient[] = [];

beforeAll(async () => {
  tidings = await startTidings();
  proxy = await NoWebSocketProxy.start(tidings.url);
  writer = new LogWriter(tidings.app);
  ({ workspaceId } = tidings);
  channel = `webhooks:${workspaceId}`;
  await writer.append(channel, 1);
});
afterAll(async () => {
  proxy.stop();
  await tidings.stop();
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});

function newClient(options: Partial<TidingsOptions> = {}, token = () => tidings.api.token): TidingsClient {
  const client = makeClient(proxy.url, token, options);
  clients.push(client);
  return client;
}

const head = () => headOf(tidings.api, workspaceId, channel);

describe('the client where WebSockets are blocked', () => {
  it('falls back to an event stream, gets the same events, and resumes it when it is cut', async () => {
    const client = newClient();
    const [notes, other] = [new Notes(), new Notes()];
    const { offset } = await head();
    client.subscribe(channel, Object.assign(notes, { position: await head() }));
    client.subscribe(`workspace:${workspaceId}`, other);
    client.connect();
    await Promise.all([notes.isLive(), other.isLive()]);
    expect(client.status.via).toBe('stream');
    expect(proxy.refusedUpgrades).toBe(3);
    await writer.append(channel, 2);
    await notes.has(2);
    for (let cut = 1; cut <= 3; cut++) {
      await writer.append(channel, 2);
      proxy.cut();
      await writer.append(channel, 2);
      await notes.has(2 + 4 * cut);
    }
    expect(notes.offsets).toEqual(upTo(offset + 14, offset));
    expect(client.status.via).toBe('stream');
  });

  it('joins a workspace, and adds another channel without losing events of the first', async () => {
    const client = newClient({ reconnect: { minDelayMs: 5, maxDelayMs: 10, fallbackAfter: 1 } });
    const [joined, notes] = [new Notes(), new Notes()];
    client.join(workspaceId, joined);
    client.connect();
    await eventually('the webhooks are live', () => joined.live.some((position) => position.channel === channel));
    const before = await head();
    client.subscribe(`user:${tidings.api.userId}`, notes);
    await writer.append(channel, 20);
    await notes.isLive();
    await writer.append(`user:${tidings.api.userId}`, 1);
    await Promise.all([joined.has(20), notes.has(1)]);
    expect(joined.offsets).toEqual(upTo(before.offset + 20, before.offset));
  });

  it('reports that sending needs a WebSocket, and that a channel is forbidden', async () => {
    const client = newClient({ reconnect: { minDelayMs: 5, maxDelayMs: 10, fallbackAfter: 1 } });
    const notes = new Notes();
    client.subscribe('webhooks:nowhere', notes);
    client.connect();
    await expect(client.send('ping', {})).rejects.toMatchObject({ code: 'connection.stream-only' });
    await eventually('the refusal', () => notes.refused.length === 1);
    expect(notes.refused[0]?.code).toBe('channel.forbidden');
    expect(client.status.state).toBe('open');
  });

  it('stops when its session has ended, as over a WebSocket', async () => {
    const member = await signUp(tidings.api, 'stream@example.com');
    const reconnect = { minDelayMs: 5, maxDelayMs: 10, fallbackAfter: 1 };
    const client = newClient({ reconnect }, () => member.token);
    client.connect();
    await isIn(client, 'open');
    await member.post('/v1/auth/logout-everywhere');
    await isIn(client, 'stopped');
    expect(client.status.error?.code).toBe('connection.unauthenticated');
  });
});
