import { afterEach, describe, expect, it } from '@jest/globals';
import type { Position, TidingsClient, TidingsOptions } from '../../client/src/tidings.js';
import { makeClient, Notes } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { ScriptedServer } from '../support/scripted-server.js';

let server: ScriptedServer;
let client: TidingsClient;

async function start(
  script: Parameters<typeof ScriptedServer.start>[0] = {},
  options: Partial<TidingsOptions> = {},
): Promise<void> {
  server = await ScriptedServer.start(script);
  client = makeClient(server.url, () => 'a-token', options);
}
afterEach(() => {
  client.close();
  server.stop();
});

const isIn = (state: string) => eventually(`the client is ${state}`, () => client.status.state === state);
const event = (offset: number, type = 'test:happened') =>
  server.say(type, {}, { channel: 'c:1', offset, id: `${offset}` });

describe('a client whose connection ends', () => {
  it.each([
    [1008, 'connection.frame-too-large'],
    [1009, 'connection.frame-too-large'],
    [4001, 'connection.unauthenticated'],
    [4003, 'connection.forbidden'],
    [4400, 'connection.refused'],
  ])('with %i stays away, fails what waits, and comes back when it is told to', async (code, name) => {
    await start();
    client.connect();
    await isIn('open');
    server.close(code);
    await isIn('stopped');
    expect(client.status.error?.code).toBe(name);
    await expect(client.send('ping', {})).rejects.toMatchObject({ code: 'connection.closed' });
    expect(server.connections).toBe(1);
    client.connect();
    await server.connectedTimes(2);
  });

  it('with 4400 does not reconnect, even after an earlier token had expired', async () => {
    await start();
    client.connect();
    await isIn('open');
    server.say('error', { code: 'auth.token-expired', message: 'too late', temporary: false });
    server.close(4400);
    await isIn('stopped');
  });

  it.each([1011, 1013, 4500, 4501])('with %i reconnects by itself', async (code) => {
    await start();
    client.connect();
    await isIn('open');
    server.close(code);
    await server.connectedTimes(2);
    await isIn('open');
    expect(client.sessionId).toBe('s2');
  });

  it('reconnects after a restart exactly at the requested time', async () => {
    await start();
    client.connect();
    await isIn('open');
    server.say('server:draining', { reconnectInMs: 300 });
    const closedAt = Date.now();
    server.close(1012);
    await server.connectedTimes(2);
    expect((server.connectedAt[1] ?? 0) - closedAt).toBeGreaterThanOrEqual(295);
  });

  it('asks for a fresh token when the last one has expired', async () => {
    const asked: boolean[] = [];
    await start({}, { getToken: (fresh) => `token-${asked.push(fresh)}` });
    client.connect();
    await isIn('open');
    server.close(4401);
    await server.connectedTimes(2);
    expect(asked).toEqual([false, true]);
    expect(server.tokens).toEqual(['token-1', 'token-2']);
  });

  it('retries when getToken fails', async () => {
    let tries = 0;
    await start(
      {},
      {
        getToken: () => {
          if (++tries < 3) throw new Error('the network is down');
          return 'a-token';
        },
      },
    );
    client.connect();
    await isIn('open');
    expect(tries).toBe(3);
  });

  it('retries when getToken does not settle', async () => {
    let tries = 0;
    const getToken = () => (++tries < 2 ? new Promise<never>(() => undefined) : 'a-token');
    await start({}, { getToken, requestTimeoutMs: 100 });
    client.connect();
    await isIn('open');
  });

  it('fails unanswered requests and keeps unsent ones', async () => {
    await start({ answers: false });
    client.connect();
    await isIn('open');
    const sent = client.send('ping', {});
    server.close(1011);
    await expect(sent).rejects.toMatchObject({ code: 'connection.lost', temporary: true });
  });

  it('leaves a server that does not send `connected`', async () => {
    await start({ greets: false }, { requestTimeoutMs: 100 });
    client.connect();
    await server.connectedTimes(2);
  });

  it('leaves a server that stops sending, but not one that answers', async () => {
    await start({ heartbeatMs: 50, answers: false }, { requestTimeoutMs: 100 });
    client.connect();
    await server.connectedTimes(2);
    client.close();
    server.stop();
    await start({ heartbeatMs: 30 }, { requestTimeoutMs: 100 });
    client.connect();
    await eventually('ten pings', () => server.askedFor('ping').length >= 10);
    expect(server.connections).toBe(1);
  });

  it('reports a missing answer', async () => {
    await start({ answers: false }, { requestTimeoutMs: 100 });
    client.connect();
    await isIn('open');
    await expect(client.send('workspace:leave', { workspaceId: 'w' })).rejects.toMatchObject({ code: 'answer.late' });
  });
});

describe('a subscribed client', () => {
  it('drops a duplicate event, and subscribes again from its position at a gap', async () => {
    await start();
    const notes = new Notes();
    client.subscribe('c:1', Object.assign(notes, { position: { epoch: 'e', offset: 4 } }));
    client.connect();
    await notes.isLive();
    event(5);
    event(5);
    event(4);
    event(7);
    await notes.isLive(2);
    expect(server.askedFor('subscribe').map(({ position }) => position)).toEqual([
      { epoch: 'e', offset: 4 },
      { epoch: 'e', offset: 5 },
    ]);
    event(6);
    event(7);
    await notes.has(3);
    expect(notes.offsets).toEqual([5, 6, 7]);
  });

  it('restarts listeners of a lost epoch, and no others', async () => {
    await start();
    const [here, gone] = [new Notes(), new Notes()];
    const list = { channel: 'c:1', epoch: 'e', offset: 6 };
    let loads = 0;
    client.subscribe('c:1', Object.assign(here, { position: { epoch: 'e', offset: 5 } }));
    client.subscribe('c:1', {
      position: { epoch: 'of a log that was replaced', offset: 30 },
      onReload: () => (loads++, list),
      onLive: (position) => gone.onLive(position),
      onEvent: (happened) => gone.onEvent(happened),
    });
    client.connect();
    await gone.isLive();
    event(6);
    event(7);
    await Promise.all([here.has(2), gone.has(1)]);
    expect([here.offsets, gone.offsets]).toEqual([[6, 7], [7]]);
    expect(loads).toBe(1);
    expect(server.askedFor('subscribe')).toHaveLength(1);
  });

  it.each([
    ['where its list says', { channel: 'c:1', epoch: 'e', offset: 7 }],
    ['where it began, if its list says nothing', undefined],
  ])('stands nowhere before its list is loaded, and then %s', async (_, listed) => {
    await start();
    const notes = new Notes();
    const loads: Array<(position: Position | undefined) => void> = [];
    const onReload = () => new Promise<Position | undefined>((resolve) => void loads.push(resolve));
    const subscription = client.subscribe('c:1', Object.assign(notes, { onReload }));
    client.connect();
    await eventually('it is being loaded', () => loads.length === 1);
    expect(subscription.position).toBeUndefined();
    loads[0]?.(listed);
    await notes.isLive();
    expect(subscription.position).toEqual(listed ?? { channel: 'c:1', epoch: 'e', offset: 0 });
  });

  it('reloads when the log is replaced', async () => {
    await start();
    const reloaded: string[] = [];
    const notes = new Notes();
    const onReload = (channel: string) => void reloaded.push(channel);
    client.subscribe('c:1', Object.assign(notes, { position: { epoch: 'e', offset: 4 }, onReload }));
    client.connect();
    await notes.isLive();
    server.epoch = 'another';
    server.say('subscribed', { channel: 'c:1', epoch: 'another', offset: 9, recovered: false });
    await eventually('it was loaded', () => reloaded.length === 1);
    await notes.isLive(2);
    event(10);
    await notes.has(1);
    expect(server.askedFor('subscribe')).toHaveLength(1);
  });

  it('advances with a position that replaces its own event', async () => {
    await start();
    const notes = new Notes();
    const subscription = client.subscribe('c:1', Object.assign(notes, { position: { epoch: 'e', offset: 4 } }));
    client.connect();
    await notes.isLive();
    server.say('position', { channel: 'c:1', epoch: 'e', offset: 5 });
    event(6);
    await notes.has(1);
    expect(notes.offsets).toEqual([6]);
    expect(subscription.position).toEqual({ channel: 'c:1', epoch: 'e', offset: 6 });
    expect(server.askedFor('subscribe')).toHaveLength(1);
  });

  it("stays within the server's rate limit when it resumes many channels", async () => {
    await start();
    for (let i = 0; i < 84; i++) client.subscribe(`c:${i}`, new Notes());
    client.connect();
    await eventually('the first of them', () => server.askedFor('subscribe').length >= 80);
    expect(server.askedFor('subscribe')).toHaveLength(80);
    await eventually('all of them', () => server.askedFor('subscribe').length === 84);
    expect(Date.now() - (server.connectedAt[0] ?? 0)).toBeGreaterThan(350);
  });
});
