import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Database } from '../../src/platform/database/database.js';
import { SpanStore } from '../../src/realtime/reach/span.store.js';
import { signUp, type Api, type Schemas } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { TestSocket } from '../support/socket.js';
import { TestStream } from '../support/stream.js';

type Reach = Schemas['Reach'];

const EMAIL = 'reach@example.com';

let tidings: RunningTidings;
let member: Api;
let workspace: string;
let channel: string;
const open: Array<{ cut(): void }> = [];

beforeAll(async () => {
  tidings = await startTidings();
  workspace = `/v1/workspaces/${tidings.workspaceId}`;
  member = await signUp(tidings.api, EMAIL);
  await put({ role: 'member' });
});
afterAll(() => tidings.stop());
afterEach(() => {
  for (const connection of open.splice(0)) connection.cut();
});

let topics = 0;
/** Every test has a channel of its own. */
const newChannel = () => (channel = `topic:${tidings.workspaceId}/reach/${++topics}`);

async function put(rights: object): Promise<void> {
  expect((await tidings.api.put(`${workspace}/members/${member.userId}`, rights)).status).toBe(200);
}

async function publish(api: Api = tidings.api): Promise<string> {
  const { status, body } = await api.post<{ events: { id: string }[] }>(`${workspace}/events`, {
    channel,
    type: 'thing:happened',
    payload: 1,
  });
  expect(status).toBe(201);
  return body.events[0]?.id ?? '';
}

async function connect(api: Api = member): Promise<{ socket: TestSocket; sessionId: string }> {
  const socket = await TestSocket.connect(tidings.url, api.token);
  open.push(socket);
  const { payload } = await socket.waitFor(({ type }) => type === 'connected');
  return { socket, sessionId: String(payload['sessionId']) };
}

async function subscribe(api: Api = member, position?: object) {
  const connected = await connect(api);
  expect((await connected.socket.ask('subscribe', { channel, position })).type).toBe('subscribed');
  return connected;
}

const reachOf = async (id: string, query = ''): Promise<Reach> => {
  const { status, body } = await tidings.api.get<Reach>(`${workspace}/events/${id}/reach?${query}`);
  expect(status).toBe(200);
  return body;
};

/** The answer once the record has no gap at the time of the event. */
const settledReach = (id: string, query?: string) =>
  eventually('the record is complete', async () => {
    const reach = await reachOf(id, query);
    return reach.complete && reach;
  });

const outcomeFor = async (id: string, userId = member.userId) =>
  (await settledReach(id, `userId=${userId}`)).user?.outcome;

describe('the reach of an event', () => {
  it('names the sessions that it was written to, and between which times', async () => {
    newChannel();
    const { socket, sessionId } = await subscribe();
    const id = await publish();
    const event = await socket.waitFor((frame) => frame.id === id);
    const { items, event: shown, note, user, nextCursor } = await settledReach(id);
    expect(shown).toMatchObject({ id, channel, offset: 1, type: 'thing:happened' });
    expect(note).toContain('Whether the client received it');
    expect([user, nextCursor]).toEqual([null, null]);
    expect(items).toMatchObject([{ userId: member.userId, sessionId, via: 'ws', outcome: 'written' }]);
    const [session] = items;
    expect(Date.parse(session?.writtenAfter ?? '')).toBe(event.ts);
    expect(Date.parse(session?.writtenBefore ?? '')).toBeGreaterThanOrEqual(event.ts);
  });

  it('is the same after the session has ended', async () => {
    newChannel();
    const { socket, sessionId } = await subscribe();
    const id = await publish();
    await socket.waitFor((frame) => frame.id === id);
    socket.cut();
    const after = await publish();
    expect((await settledReach(id)).items).toMatchObject([{ sessionId, outcome: 'written' }]);
    expect(await outcomeFor(after)).toBe('no-session');
  });

  it('includes streams, and events that a session caught up on', async () => {
    newChannel();
    const first = await publish();
    const { body } = await member.get<{ position: object }>(`${workspace}/events?channel=${channel}`);
    const second = await publish();
    const resumed = await subscribe(member, body.position);
    const stream = await TestStream.follow(tidings.url, [channel], { token: member.token });
    open.push(stream);
    const third = await publish();
    await stream.waitFor((frame) => frame.id === third);
    await resumed.socket.waitFor((frame) => frame.id === third);
    expect(await outcomeFor(first)).toBe('no-session');
    expect((await settledReach(second)).items).toMatchObject([{ sessionId: resumed.sessionId, outcome: 'written' }]);
    expect((await settledReach(third)).items.map(({ via }) => via).toSorted()).toEqual(['sse', 'ws']);
  });

  it('tells the session of the author from the other sessions', async () => {
    newChannel();
    const own = await subscribe();
    const other = await subscribe();
    const id = await publish(member.with({ 'x-tidings-session': own.sessionId }));
    await other.socket.waitFor((frame) => frame.id === id);
    const { items, user } = await settledReach(id, `userId=${member.userId}`);
    expect(user).toMatchObject({ outcome: 'written' });
    expect(new Map(items.map(({ sessionId, outcome }) => [sessionId, outcome]))).toEqual(
      new Map([
        [own.sessionId, 'echo'],
        [other.sessionId, 'written'],
      ]),
    );
  });

  it('is an echo for an author with no other session', async () => {
    newChannel();
    const { sessionId } = await subscribe();
    const id = await publish(member.with({ 'x-tidings-session': sessionId }));
    expect(await outcomeFor(id)).toBe('echo');
  });
});

describe('the reason why an event did not reach a user', () => {
  it('is that the user had no session', async () => {
    newChannel();
    expect(await outcomeFor(await publish())).toBe('no-session');
  });

  it('is that none of the sessions followed the channel', async () => {
    newChannel();
    const { socket } = await subscribe();
    await socket.ask('unsubscribe', { channel });
    expect(await outcomeFor(await publish())).toBe('not-subscribed');
  });

  it('is that the user lost the permission, and when', async () => {
    newChannel();
    const { socket } = await subscribe();
    const before = await publish();
    await put({ role: 'member', deny: ['topics:read:reach/*'] });
    await socket.waitFor(({ type }) => type === 'subscription:revoked');
    const after = await publish();
    await put({ role: 'member' });
    const { user, event } = await settledReach(after, `userId=${member.userId}`);
    expect(user?.outcome).toBe('no-permission');
    expect(Date.parse(user?.since ?? '')).toBeLessThanOrEqual(Date.parse(event.at));
    expect(Date.parse(user?.since ?? '')).toBeGreaterThanOrEqual(Date.parse((await settledReach(before)).event.at));
    expect(await outcomeFor(before)).toBe('written');
  });

  it('is that the user was no member', async () => {
    newChannel();
    const { user } = await settledReach(await publish(), `userId=${randomUUID()}`);
    expect(user).toMatchObject({ outcome: 'no-permission', since: null });
  });
});

/** Ways in which a member loses the permission to read a topic, and gets it back. */
const LOSSES: Record<string, { lose: () => Promise<unknown>; regain: () => Promise<unknown> }> = {
  'was removed from the workspace': {
    lose: () => tidings.api.delete(`${workspace}/members/${member.userId}`),
    regain: () => put({ role: 'member' }),
  },
  'was disabled': {
    lose: () => tidings.api.patch(`/v1/users/${member.userId}`, { disabled: true }),
    regain: async () => {
      await tidings.api.patch(`/v1/users/${member.userId}`, { disabled: false });
      await member.logIn(EMAIL, `password of ${EMAIL}`);
    },
  },
  'had a role that lost it': {
    lose: () => tidings.api.patch(`${workspace}/roles/reader`, { permissions: ['members:read'] }),
    regain: () => tidings.api.patch(`${workspace}/roles/reader`, { permissions: ['topics:read'] }),
  },
};

describe('the permission at the time of an event', () => {
  beforeAll(async () => {
    const role = { name: 'reader', permissions: ['topics:read'] };
    await tidings.api.post(`${workspace}/roles`, role);
    await put({ role: 'reader' });
  });
  afterAll(() => put({ role: 'member' }));

  it.each(Object.keys(LOSSES))('was missing if the user %s', async (way) => {
    newChannel();
    const before = await publish();
    await LOSSES[way]?.lose();
    const meanwhile = await publish();
    await LOSSES[way]?.regain();
    await put({ role: 'reader' });
    const after = await publish();
    expect(await outcomeFor(after)).toBe('no-session');
    expect(await outcomeFor(before)).toBe('no-session');
    const { user, event } = await settledReach(meanwhile, `userId=${member.userId}`);
    expect(user?.outcome).toBe('no-permission');
    expect(Date.parse(user?.since ?? '')).toBeLessThanOrEqual(Date.parse(event.at));
    expect(Date.parse(user?.since ?? '')).toBeGreaterThanOrEqual(Date.parse((await reachOf(before)).event.at));
  });

  it('is known of a user who was deleted later', async () => {
    newChannel();
    const leaving = await signUp(tidings.api, 'leaving@example.com');
    await tidings.api.put(`${workspace}/members/${leaving.userId}`, { role: 'member' });
    const before = await publish();
    expect((await tidings.api.delete(`/v1/users/${leaving.userId}`)).status).toBe(204);
    const after = await publish();
    expect(await outcomeFor(before, leaving.userId)).toBe('no-session');
    expect((await settledReach(after, `userId=${leaving.userId}`)).user).toMatchObject({
      outcome: 'no-permission',
      since: expect.any(String),
    });
  });
});

describe('a session that does not read', () => {
  it('is behind, until it has caught up', async () => {
    newChannel();
    const { socket, sessionId } = await subscribe();
    socket.socket.pause();
    const payload = 'x'.repeat(60_000);
    let id = '';
    for (let call = 0; call < 25; call++) {
      const events = Array.from({ length: 15 }, () => ({ channel, type: 'thing:happened', payload }));
      const { body } = await tidings.api.post<{ events: { id: string }[] }>(`${workspace}/events`, { events });
      id = body.events.at(-1)?.id ?? '';
    }
    expect(await outcomeFor(id)).toBe('behind');
    expect((await reachOf(id)).items).toMatchObject([{ sessionId, outcome: 'behind', writtenAfter: null }]);
    socket.socket.resume();
    await socket.waitFor((frame) => frame.id === id, 'the last event arrives');
    await eventually('the event is written', async () => (await reachOf(id)).items[0]?.outcome === 'written');
  });
});

describe('the record of a gateway', () => {
  let gateway: RunningTidings;

  it('is complete after the gateway was stopped', async () => {
    newChannel();
    gateway = await startTidings({
      ROLE: 'gateway',
      DATABASE_URL: tidings.databaseUrl,
      JWT_SECRET: tidings.config.jwtSecret,
      SECRETS_KEY: tidings.config.secretsKey.toString('base64'),
      REDIS_PREFIX: tidings.config.redisPrefix,
    });
    const socket = await TestSocket.connect(gateway.url, member.token);
    await socket.ask('subscribe', { channel });
    const id = await publish();
    await socket.waitFor((frame) => frame.id === id);
    await gateway.stop();
    const after = await publish();
    expect(await outcomeFor(id)).toBe('written');
    expect(await outcomeFor(after)).toBe('no-session');
  });
});

describe('without a record', () => {
  let silent: RunningTidings;

  beforeAll(async () => {
    silent = await startTidings({ REACH_RETENTION_DAYS: '0' });
  });
  afterAll(() => silent.stop());

  it('the reach of an event is unknown', async () => {
    const base = `/v1/workspaces/${silent.workspaceId}`;
    const topic = `topic:${silent.workspaceId}/silent`;
    const socket = await TestSocket.connect(silent.url, silent.api.token);
    open.push(socket);
    await socket.ask('subscribe', { channel: topic });
    const { body } = await silent.api.post<{ events: { id: string }[] }>(`${base}/events`, {
      channel: topic,
      type: 'thing:happened',
      payload: 1,
    });
    const id = body.events[0]?.id ?? '';
    await socket.waitFor((frame) => frame.id === id);
    const reach = await silent.api.get(`${base}/events/${id}/reach?userId=${silent.api.userId}`);
    expect(reach.body).toMatchObject({ complete: false, user: { outcome: 'unknown', since: null }, items: [] });
  });
});

describe('the reach of events', () => {
  it('comes in pages', async () => {
    newChannel();
    const sessions = await Promise.all([subscribe(), subscribe(), subscribe(tidings.api)]);
    const id = await publish();
    for (const { socket } of sessions) await socket.waitFor((frame) => frame.id === id);
    await settledReach(id);
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Reach = await reachOf(id, cursor === '' ? 'limit=1' : `limit=1&cursor=${cursor}`);
      seen.push(...page.items.map(({ sessionId }) => sessionId));
      cursor = page.nextCursor;
    }
    expect(seen.toSorted()).toEqual(sessions.map(({ sessionId }) => sessionId).toSorted());
  });

  it('is not shown for an unknown event, or one of another workspace', async () => {
    newChannel();
    const id = await publish();
    const { body } = await tidings.api.post<{ id: string }>('/v1/workspaces', { name: 'Other' });
    for (const path of [`/v1/workspaces/${body.id}/events/${id}/reach`, `${workspace}/events/${randomUUID()}/reach`]) {
      expect(await tidings.api.get(path)).toMatchObject({ status: 404, body: { code: 'event.not-found' } });
    }
  });

  it('requires audit:read', async () => {
    newChannel();
    const path = `${workspace}/events/${await publish()}/reach`;
    expect(await member.get(path)).toMatchObject({ status: 403, body: { code: 'permission.denied' } });
  });
});

// The last test: the unknown node leaves a gap in the record.
describe('the record of subscriptions', () => {
  it('is incomplete while a node that has just started has not reported', async () => {
    newChannel();
    await tidings.app.get(SpanStore).join(randomUUID());
    expect((await reachOf(await publish())).complete).toBe(false);
    const nodes = () => tidings.app.get(Database).query('SELECT FROM span_nodes');
    await eventually('another node closes its record', async () => (await nodes()).length === 1);
  });
});
