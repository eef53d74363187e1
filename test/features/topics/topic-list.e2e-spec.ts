import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { signUp, type Api } from '../../support/api.js';
import { makeClient, Notes } from '../../support/client.js';
import { eventually } from '../../support/eventually.js';
import type { Frame } from '../../support/socket.js';
import {
  ada,
  admin,
  connect,
  events,
  join,
  logOf,
  paid,
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

describe('the topics of a workspace', () => {
  const topics = (query = '') => `/v1/workspaces/${ws}/topics${query}`;

  interface Page {
    readonly items: Array<Record<string, unknown> & { readonly path: string }>;
    readonly nextCursor: string | null;
  }

  const listed = async (by: Api, query: string) =>
    (await by.get<Page>(topics(query))).body.items.map(({ path }) => path);

  async function remove(by: Api, channel: string) {
    const { status, body } = await by.delete(topics(`?channel=${encodeURIComponent(channel)}`));
    return [status, body['code']];
  }

  it('are listed with their size, page by page', async () => {
    const paths = ['list/a', 'list/a.b', 'list/a/b', 'list/b', 'list/c'];
    await publish(ada, { events: [...paths, 'list/c', 'listed'].map((path) => paid(path)) });
    await subscribe(ada, topic('list/nothing'));
    expect(await listed(viewer, '?prefix=list/')).toEqual(paths);
    const first = await viewer.get<Page>(topics('?prefix=list/&limit=3'));
    const second = await viewer.get<Page>(topics(`?prefix=list/&limit=3&cursor=${first.body.nextCursor}`));
    expect([...first.body.items, ...second.body.items].map(({ path }) => path)).toEqual(paths);
    expect(second.body.nextCursor).toBeNull();
    const channel = topic('list/c');
    const [newest] = (await logOf(ada, channel)).toReversed();
    const lastEventAt = new Date(Number(newest?.['ts'])).toISOString();
    const epoch = expect.stringMatching(/^[0-9a-f-]{36}$/);
    expect(second.body.items[1]).toEqual({
      channel,
      path: 'list/c',
      epoch,
      head: 2,
      tail: 0,
      size: 2,
      lastEventAt,
      listeners: 0,
    });
  });

  it('are listed with the number of users who are subscribed, each once', async () => {
    await publish(ada, paid('heard'));
    for (const by of [ada, ada, viewer]) await subscribe(by, topic('heard'));
    const listeners = async () =>
      (await viewer.get<Page>(topics('?prefix=heard'))).body.items.map((item) => item['listeners']);
    await eventually('both users count', async () => (await listeners())[0] === 2);
  });

  it('are listed only as far as the caller may read them', async () => {
    await publish(ada, { events: ['own/a', 'own/b/c', 'own/d', 'owner'].map((path) => paid(path)) });
    const denied = await join('viewer', { deny: ['topics:read:own/b/*', 'topics:read:own/d'] });
    expect(await listed(denied, '?prefix=own')).toEqual(['own/a', 'owner']);
    const scoped = await join('viewer', { grant: ['topics:read:own/*'] });
    expect(await listed(scoped, '?prefix=own')).toEqual(['own/a', 'own/b/c', 'own/d', 'owner']);
    const none = await join('viewer', { deny: ['topics:read'] });
    expect((await none.get(topics())).status).toBe(403);
    const stranger = await signUp(admin, 'lists@example.com');
    expect((await stranger.get(topics())).status).toBe(404);
  });

  it('are made again with another epoch after a deletion, of which subscribers are told', async () => {
    const channel = topic('gone');
    const socket = await subscribe(viewer, channel);
    const event = paid('gone');
    await publish(ada, { events: [event, event] });
    await socket.waitFor(({ offset }) => offset === 2);
    const epoch = socket.ofType('subscribed').find(({ payload }) => payload['channel'] === channel)?.payload['epoch'];
    expect(await remove(ada, channel)).toEqual([204, undefined]);
    const isLost = ({ type, payload }: Frame) =>
      type === 'subscribed' && payload['channel'] === channel && payload['epoch'] !== epoch;
    const lost = await socket.waitFor(isLost);
    expect(lost.payload).toMatchObject({ channel, offset: 0, recovered: false });
    expect(await listed(ada, '?prefix=gone')).toEqual([]);
    const [again] = await publish(ada, { ...event, payload: 'again' });
    expect(again?.offset).toBe(1);
    await socket.waitFor(({ payload }) => payload === ('again' as unknown));
    const resumed = await (await connect(viewer)).ask('subscribe', { channel, position: { epoch, offset: 1 } });
    expect(resumed.payload).toMatchObject({ recovered: false, epoch: lost.payload['epoch'] });
    const { body } = await admin.get<{ items: Array<Record<string, unknown>> }>(`/v1/workspaces/${ws}/audit`);
    expect(body.items[0]).toMatchObject({ action: 'topic.deleted', target: 'gone', actorId: ada.userId });
  });

  it('accept every event, although they are deleted meanwhile', async () => {
    const channel = topic('vanishing');
    const statuses = new Set<number>();
    const progress = { deletions: 0 };
    const publishing = Array.from({ length: 6 }, async (_, n) => {
      while (progress.deletions < 20)
        statuses.add((await ada.post(events, paid('vanishing', { id: randomUUID(), payload: n }))).status);
    });
    await eventually('the topic is deleted twenty times', async () => {
      const [status] = await remove(admin, channel);
      progress.deletions += status === 204 ? 1 : 0;
      return progress.deletions >= 20;
    });
    await Promise.all(publishing);
    expect([...statuses]).toEqual([201]);
    await publish(ada, paid('vanishing'));
    const log = await logOf(ada, channel);
    expect(log.map(({ offset }) => offset)).toEqual(log.map((_, i) => i + 1));
  });

  it('are deleted only with the right to publish to them', async () => {
    await publish(ada, paid('kept'));
    expect(await remove(viewer, topic('kept'))).toEqual([403, 'permission.denied']);
    expect(await remove(await signUp(admin, 'deletes@example.com'), topic('kept'))).toEqual([
      404,
      'workspace.not-found',
    ]);
    for (const channel of [topic('never'), `tasks:${ws}`, `topic:${randomUUID()}/kept`]) {
      expect(await remove(admin, channel)).toEqual([404, 'topic.not-found']);
    }
    expect(await listed(ada, '?prefix=kept')).toEqual(['kept']);
  });
});

describe('the client', () => {
  it('publishes an event that the other clients get', async () => {
    const channel = topic('client');
    const [author, other] = [makeClient(tidings.url, () => ada.token), makeClient(tidings.url, () => viewer.token)];
    const [own, others] = [new Notes(), new Notes()];
    author.subscribe(channel, own);
    other.subscribe(channel, others);
    author.connect();
    other.connect();
    await Promise.all([own.isLive(), others.isLive()]);
    const place = await author.publish(channel, 'order:paid', { order: 1 }, { id: 'from the client' });
    await others.has(1);
    expect(others.events[0]).toMatchObject({ ...place, type: 'order:paid', payload: { order: 1 } });
    expect(await author.publish(channel, 'order:paid', { order: 1 }, { id: 'from the client' })).toEqual(place);
    await expect(other.publish(channel, 'order:paid', 2)).rejects.toMatchObject({ code: 'permission.denied' });
    expect(own.events).toEqual([]);
    author.close();
    other.close();
  });
});
