import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Database } from '../../../src/platform/database/database.js';
import { signUp } from '../../support/api.js';
import type { TestSocket } from '../../support/socket.js';
import {
  ada,
  admin,
  connect,
  events,
  join,
  logOf,
  paid,
  problem,
  publish,
  start,
  stop,
  subscribe,
  tidings,
  topic,
  viewer,
  ws,
} from './publishing.js';

beforeAll(start);
afterAll(stop);

const sessionOf = (socket: TestSocket) => String(socket.ofType('connected')[0]?.payload['sessionId']);

describe('publishing over HTTP', () => {
  it('reaches a subscriber live, with the offset and the id of the answer', async () => {
    const channel = topic('live/one');
    const socket = await subscribe(viewer, channel);
    const [event] = await publish(ada, paid('live/one'));
    expect(event).toMatchObject({ channel, offset: 1 });
    const frame = await socket.waitFor(({ type }) => type === 'order:paid');
    expect(frame).toMatchObject({ ...event, actor: ada.userId, payload: { order: 17 } });
    expect(await logOf(viewer, channel)).toEqual([frame]);
  });

  it('writes the events of a call in order, in several channels', async () => {
    const many = ['many/a', 'many/b', 'many/a'].map((path, n) => paid(path, { payload: n }));
    const places = await publish(ada, { events: many });
    expect(places.map(({ channel, offset }) => [channel, offset])).toEqual([
      [topic('many/a'), 1],
      [topic('many/b'), 1],
      [topic('many/a'), 2],
    ]);
    expect((await logOf(ada, topic('many/a'))).map(({ payload }) => payload)).toEqual([0, 2]);
  });

  it.each([null, 0, '', 'text', [], [1, { a: null }], { nested: { deep: true } }])(
    'keeps the payload %j as it is',
    async (payload) => {
      const path = `payloads/${randomUUID()}`;
      await publish(ada, paid(path, { payload }));
      expect((await logOf(ada, topic(path)))[0]?.['payload']).toEqual(payload);
    },
  );

  it('replaces the event by a position on the connection that the call names', async () => {
    const channel = topic('echo');
    const [author, tab] = [await subscribe(ada, channel), await subscribe(ada, channel)];
    await publish(ada.with({ 'x-tidings-session': sessionOf(author) }), paid('echo'));
    await tab.waitFor(({ type }) => type === 'order:paid');
    await author.waitFor(({ type, payload }) => type === 'position' && payload['offset'] === 1);
    expect(author.events(channel)).toEqual([]);
  });

  it('writes nothing of a call with one event that is refused', async () => {
    expect(await problem(ada, { events: [paid('half/a'), paid('half/b', { type: 'task:created' })] })).toEqual([
      400,
      'publish.reserved-type',
    ]);
    const scoped = await join('viewer', { grant: ['topics:publish:half/*'] });
    expect(await problem(scoped, { events: [paid('half/a'), paid('other')] })).toEqual([403, 'permission.denied']);
    expect(await logOf(ada, topic('half/a'))).toEqual([]);
  });

  it.each(['task:created', 'notification', 'error', 'permissions:updated', 'task:typing', 'published'])(
    'refuses the type %s, which has a meaning of its own',
    async (type) => {
      expect(await problem(admin, paid('types', { type }))).toEqual([400, 'publish.reserved-type']);
      const channel = `user:${ada.userId}`;
      expect(await problem(admin, paid('types', { type, channel }))).toEqual([400, 'publish.reserved-type']);
    },
  );

  it('refuses malformed types, channels that are no topics of the workspace, and too large payloads', async () => {
    for (const type of ['', 'a b', 'a\n', 'x'.repeat(101), ':a']) {
      expect(await problem(ada, paid('types', { type }))).toEqual([400, 'request.invalid']);
    }
    const channels = [`topic:${randomUUID()}/a`, `topic:${ws}`, `tasks:${ws}`, `topic:${ws}/A`, `topic:${ws}/*`, 'x'];
    for (const channel of channels) {
      expect(await problem(ada, paid('', { channel }))).toEqual([404, 'publish.unknown-channel']);
    }
    const largest = 'x'.repeat(65_534);
    await publish(ada, paid('large', { payload: largest }));
    expect(await problem(ada, paid('large', { payload: `${largest}x` }))).toEqual([413, 'publish.payload-too-large']);
    expect(await problem(ada, paid('large', { payload: 'a\0' }))).toEqual([400, 'request.invalid']);
    expect(await problem(ada, { events: [] })).toEqual([400, 'request.invalid']);
    expect(await problem(ada, { channel: topic('a'), type: 'a:b' })).toEqual([400, 'request.invalid']);
  });
});

describe('the right to publish', () => {
  it("is not a viewer's, and hides the workspace from strangers", async () => {
    expect(await problem(viewer, paid('rights'))).toEqual([403, 'permission.denied']);
    const stranger = await signUp(admin, 'stranger@example.com');
    expect(await problem(stranger, paid('rights'))).toEqual([404, 'workspace.not-found']);
  });

  it('answers a malformed id of a workspace like an unknown one', async () => {
    const alert = { channel: `user:${ada.userId}`, type: 'alert', payload: 'hello' };
    const { status, body } = await ada.post('/v1/workspaces/nonsense/events', alert);
    expect([status, body['code']]).toEqual([404, 'workspace.not-found']);
  });

  it('covers a subtree without what is denied in it', async () => {
    const scoped = await join('viewer', { grant: ['topics:publish:orders/*'], deny: ['topics:publish:orders/us'] });
    await publish(scoped, paid('orders/eu'));
    for (const path of ['orders', 'orders/us', 'orders2/eu']) {
      expect(await problem(scoped, paid(path))).toEqual([403, 'permission.denied']);
    }
  });

  it('reaches the channel of a member only with users:notify', async () => {
    const channel = `user:${ada.userId}`;
    const socket = await connect(ada);
    const alert = { channel, type: 'alert', payload: 'hello' };
    expect(await problem(ada, alert)).toEqual([403, 'permission.denied']);
    const [event] = await publish(admin, alert);
    expect(await socket.waitFor(({ type }) => type === 'alert')).toMatchObject({ ...event, payload: 'hello' });
    const outsider = await signUp(admin, 'outsider@example.com');
    for (const userId of [outsider.userId, randomUUID()]) {
      expect(await problem(admin, { ...alert, channel: `user:${userId}` })).toEqual([404, 'publish.unknown-channel']);
    }
  });
});

describe('publishing over a socket', () => {
  it('answers with the place, and sends a position to the publisher and the event to the others', async () => {
    const channel = topic('socket');
    const [author, other] = [await subscribe(ada, channel), await subscribe(viewer, channel)];
    const answer = await author.ask('publish', paid('socket'));
    expect(answer).toMatchObject({ type: 'published', payload: { id: expect.any(String), channel, offset: 1 } });
    const event = await other.waitFor(({ type }) => type === 'order:paid');
    expect(event).toMatchObject({ ...answer.payload, actor: ada.userId, payload: { order: 17 } });
    await author.waitFor(({ type, payload }) => type === 'position' && payload['offset'] === 1);
    expect(author.events(channel)).toEqual([]);
  });

  it('answers a repeat of the same id with the same place, over a socket and over HTTP', async () => {
    const socket = await connect(ada);
    const event = paid('socket/repeat', { id: 'first' });
    const { payload: place } = await socket.ask('publish', event);
    expect((await socket.ask('publish', event)).payload).toEqual(place);
    expect(await publish(ada, event)).toEqual([place]);
    expect(await logOf(ada, topic('socket/repeat'))).toHaveLength(1);
  });

  it.each([
    ['frame.malformed', { channel: 'x', type: 'a b', payload: 1 }],
    ['frame.malformed', { channel: 'x', type: 'a', payload: 1, more: 1 }],
    ['frame.malformed', undefined],
    ['publish.unknown-channel', { channel: 'x', type: 'a', payload: 1 }],
    ['publish.unknown-channel', { channel: `user:${randomUUID()}`, type: 'a', payload: 1 }],
    [
      'publish.excessive-payload',
      { channel: 'topic:00000000-0000-7000-8000-000000000000/a', type: 'a', payload: '\0' },
    ],
    ['workspace.not-found', { channel: 'topic:00000000-0000-7000-8000-000000000000/a', type: 'a', payload: 1 }],
  ])('answers with %s', async (code, payload) => {
    const socket = await connect(admin);
    expect(await socket.ask('publish', payload)).toMatchObject({ type: 'error', payload: { code } });
  });

  it('answers a user without the right with permission.denied', async () => {
    const socket = await connect(viewer);
    const { type, payload } = await socket.ask('publish', paid('socket'));
    expect([type, payload['code']]).toEqual(['error', 'permission.denied']);
  });

  it('reaches the channel of a user when the frame names the workspace', async () => {
    const [sender, receiver] = [await connect(admin), await connect(viewer)];
    const alert = { channel: `user:${viewer.userId}`, type: 'alert', payload: 'socket', workspaceId: ws };
    expect((await sender.ask('publish', alert)).type).toBe('published');
    await receiver.waitFor(({ type, payload }) => type === 'alert' && payload === ('socket' as unknown));
  });
});

describe('a repeated call', () => {
  it('with the id of an event gets its first answer and writes nothing', async () => {
    const event = paid('repeat/id', { id: `order ${randomUUID()}` });
    const first = await publish(ada, event);
    expect(await publish(ada, event)).toEqual(first);
    const other = paid('repeat/id');
    const [repeated, fresh] = await publish(ada, { events: [event, other] });
    expect([repeated, fresh?.offset]).toEqual([first[0], 2]);
    expect(await logOf(ada, topic('repeat/id'))).toHaveLength(2);
  });

  it('with its Idempotency-Key gets its first answer and writes nothing', async () => {
    const keyed = ada.with({ 'idempotency-key': `call ${randomUUID()}` });
    const body = { events: [paid('repeat/call'), paid('repeat/call', { payload: 2 })] };
    const first = await publish(keyed, body);
    expect(await publish(keyed, body)).toEqual(first);
    expect(await logOf(ada, topic('repeat/call'))).toHaveLength(2);
    expect(await problem(keyed, { events: body.events.slice(0, 1) })).toEqual([409, 'publish.key-reused']);
    expect(await problem(keyed, { events: [...body.events, paid('repeat/call')] })).toEqual([
      409,
      'publish.key-reused',
    ]);
    expect(await problem(ada.with({ 'idempotency-key': 'x'.repeat(101) }), paid('repeat'))).toEqual([
      400,
      'request.invalid',
    ]);
  });

  it('with a key of another event fails, and leaves the other keys of the call unused', async () => {
    const [taken, free] = [randomUUID(), randomUUID()];
    await publish(ada, paid('repeat/other', { id: taken }));
    const reused = { events: [paid('repeat/new', { id: free }), paid('repeat/new', { id: taken })] };
    expect(await problem(ada, reused)).toEqual([409, 'publish.key-reused']);
    expect(await logOf(ada, topic('repeat/new'))).toEqual([]);
    const [event] = await publish(ada, paid('repeat/new', { id: free, payload: 'another' }));
    expect(event?.offset).toBe(1);
  });

  it('of another user is another event', async () => {
    const id = randomUUID();
    const [one] = await publish(ada, paid('repeat/users', { id }));
    const [other] = await publish(admin, paid('repeat/users', { id, payload: 'other' }));
    expect([one?.offset, other?.offset]).toEqual([1, 2]);
  });

  it('writes one event, although many arrive at once', async () => {
    const event = paid('repeat/race', { id: randomUUID() });
    const answers = await Promise.all(Array.from({ length: 40 }, () => publish(ada, event)));
    expect(new Set(answers.map((events) => JSON.stringify(events))).size).toBe(1);
    expect(await logOf(ada, topic('repeat/race'))).toHaveLength(1);
  });

  it('after 24 hours is a new event', async () => {
    const id = randomUUID();
    const event = paid('repeat/old', { id });
    await publish(ada, event);
    await tidings.app
      .get(Database, { strict: false })
      .query(`UPDATE publish_keys SET created_at = now() - interval '25 hours' WHERE key = $1`, [`event:${id}`]);
    expect((await publish(ada, event))[0]?.offset).toBe(2);
  });
});

describe('calls that are committed together', () => {
  it('fail alone, and the others are written once each, in the order of each publisher', async () => {
    const scoped = await join('viewer', { grant: ['topics:publish:group/own'] });
    const calls = Array.from({ length: 120 }, async (_, n) => {
      if (n % 3 === 0) return (await ada.post(events, paid('group/ada', { payload: n }))).status;
      if (n % 3 === 1) return (await scoped.post(events, paid('group/own', { payload: n }))).status;
      return (await scoped.post(events, paid('group/ada', { payload: n }))).status;
    });
    expect(new Set((await Promise.all(calls)).map((status, n) => `${n % 3} ${status}`))).toEqual(
      new Set(['0 201', '1 201', '2 403']),
    );
    const [adas, own] = [await logOf(ada, topic('group/ada')), await logOf(ada, topic('group/own'))];
    const payloads = (items: typeof adas) => items.map(({ payload }) => Number(payload)).toSorted((a, b) => a - b);
    expect(payloads(adas)).toEqual(Array.from({ length: 40 }, (_, n) => n * 3));
    expect(payloads(own)).toEqual(Array.from({ length: 40 }, (_, n) => n * 3 + 1));
    expect(adas.map(({ offset }) => offset)).toEqual(Array.from({ length: 40 }, (_, n) => n + 1));
  });
});
