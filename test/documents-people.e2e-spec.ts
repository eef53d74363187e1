import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import * as Y from 'yjs';
import { type Api, signUp } from './support/api.js';
import { type RunningTidings, startTidings } from './support/app.js';
import { eventually } from './support/eventually.js';
import { TestSocket } from './support/socket.js';
import { Writer } from './support/writer.js';

interface Notification {
  readonly kind: string;
  readonly title: string;
  readonly actor: string | null;
  readonly path: string;
}

let one: RunningTidings;
let two: RunningTidings;
let anna: Api;
let ben: Api;
const open: { leave(): void }[] = [];

beforeAll(async () => {
  one = await startTidings({ PRESENCE_GRACE_SECONDS: '0' });
  two = await startTidings({
    DATABASE_URL: one.databaseUrl,
    JWT_SECRET: one.config.jwtSecret,
    REDIS_PREFIX: one.config.redisPrefix,
    PRESENCE_GRACE_SECONDS: '0',
    ROLE: 'gateway',
  });
  [anna, ben] = await Promise.all([member('anna@example.com'), member('ben@example.com')]);
});
afterAll(async () => {
  for (const each of open) each.leave();
  await two?.stop();
  await one?.stop();
});

async function member(email: string, deny: string[] = []): Promise<Api> {
  const user = await signUp(one.api, email);
  await give(user, deny);
  return user;
}

const give = (user: Api, deny: string[]) =>
  one.api.put(`/v1/workspaces/${one.workspaceId}/members/${user.userId}`, { role: 'member', grant: [], deny });

const create = async (title: string): Promise<string> =>
  (await one.api.post<{ id: string }>(`/v1/workspaces/${one.workspaceId}/documents`, { title })).body.id;

async function join(id: string, user: Api, url = one.url): Promise<Writer> {
  const writer = new Writer(() => url, id, user.token);
  open.push(writer);
  await eventually('it is open', () => writer.isSynced);
  return writer;
}

async function follow(user: Api, channel: string, url = one.url): Promise<TestSocket> {
  const socket = await TestSocket.connect(url, user.token);
  open.push({ leave: () => socket.cut() });
  expect(await socket.ask('subscribe', { channel })).toMatchObject({ type: 'subscribed', payload: { channel } });
  return socket;
}

const mention = (user: Api) => `@[somebody](user:${user.userId})`;
const told = async (user: Api, title: string): Promise<Notification[]> => {
  const { body } = await user.get<{ items: Notification[] }>('/v1/notifications');
  return body.items.filter((found) => found.kind === 'document.mentioned' && found.title.includes(title));
};

// They wait for looks and for visits to run out, each at a document of its own: hence side by side.
describe('people in shared documents', () => {
  it.concurrent('are notified when they are mentioned, in a text or by a node, and not of what they do themselves', async () => {
    const id = await create('Minutes');
    const writer = await join(id, ben);
    writer.text.insert(0, `${mention(anna)} and ${mention(ben)}`);
    const [first] = await eventually('Anna is told', async () => some(await told(anna, 'Minutes')));
    expect(first).toMatchObject({
      title: 'You were mentioned in “Minutes”',
      actor: ben.userId,
      path: `/documents/${id}`,
    });
    const node = new Y.XmlElement('mention');
    node.setAttribute('id', one.api.userId);
    writer.doc.getXmlFragment('default').insert(0, [node]);
    await eventually('the owner is told', async () => some(await told(one.api, 'Minutes')));
    expect(await told(anna, 'Minutes')).toHaveLength(1);
    expect(await told(ben, 'Minutes')).toEqual([]);
  });

  it.concurrent('are told once of a mention that stays, and again of another one', async () => {
    const id = await create('Plan');
    const writer = await join(id, ben);
    writer.text.insert(0, mention(anna));
    await eventually('Anna is told', async () => some(await told(anna, 'Plan')));
    // The next look sees both: had it told the first one again, Anna would know before the owner does.
    writer.text.insert(0, mention(one.api));
    await eventually('the owner is told', async () => some(await told(one.api, 'Plan')));
    expect(await told(anna, 'Plan')).toHaveLength(1);
    writer.text.insert(0, mention(anna));
    await eventually('Anna is told again', async () => (await told(anna, 'Plan')).length === 2);
  });

  it.concurrent('are not notified when they are strangers, or may not read documents', async () => {
    const stranger = await signUp(one.api, 'stranger@example.com');
    const denied = await member('denied@example.com', ['documents:read']);
    const writer = await join(await create('Secret'), ben);
    writer.text.insert(0, [stranger, denied, anna].map(mention).join(' '));
    await eventually('Anna is told', async () => some(await told(anna, 'Secret')));
    expect(await told(stranger, 'Secret')).toEqual([]);
    expect(await told(denied, 'Secret')).toEqual([]);
  });

  it.concurrent('come and go once in the channel of the workspace, however often they have a document open', async () => {
    const id = await create('Board');
    const follower = await follow(one.api, `documents:${one.workspaceId}`);
    const seen = () =>
      follower.frames
        .filter(({ type, payload }) => /^document:(?:joined|left)$/.test(type) && (payload as { id: string }).id === id)
        .map(({ type, payload }) => [type, (payload as { userId: string }).userId]);
    const [here, there, ...both] = await Promise.all([
      join(id, anna),
      join(id, anna, two.url),
      join(id, ben),
      join(id, ben, two.url),
    ]);
    await eventually('they are there', () => seen().length === 2);
    for (const writer of [here, ...both]) writer.leave();
    await eventually('Ben is gone', () => seen().length === 3);
    expect(there.isSynced).toBe(true);
    expect(seen().toSorted()).toEqual([
      ['document:joined', anna.userId],
      ['document:joined', ben.userId],
      ['document:left', ben.userId],
    ]);
  });

  it.concurrent('see in the channel of a document who else follows it, if they may read documents', async () => {
    const channel = `document:${await create('Watched')}`;
    const guest = await member('follower@example.com');
    const viewer = await follow(one.api, channel);
    const other = await follow(guest, channel, two.url);
    await viewer.waitFor(
      ({ type, payload }) => type === 'presence:joined' && payload['userId'] === guest.userId,
      'the guest is seen',
    );
    const stranger = await TestSocket.connect(one.url, (await signUp(one.api, 'nobody@example.com')).token);
    open.push({ leave: () => stranger.cut() });
    for (const name of [channel, `document:${randomUUID()}`]) {
      expect(await stranger.ask('subscribe', { channel: name })).toMatchObject({
        type: 'error',
        payload: { code: 'channel.forbidden' },
      });
    }
    await give(guest, ['documents:read']);
    await other.waitFor(
      ({ type, payload }) => type === 'subscription:revoked' && payload['channel'] === channel,
      'the subscription ends',
    );
  });

  it.concurrent('leave a document when they may not read it any more', async () => {
    const id = await create('Closed');
    const follower = await follow(one.api, `documents:${one.workspaceId}`);
    const guest = await member('guest@example.com');
    await join(id, guest, two.url);
    const isAbout = (type: string) => (frame: { type: string; payload?: unknown }) =>
      frame.type === type && JSON.stringify(frame.payload) === JSON.stringify({ id, userId: guest.userId });
    await follower.waitFor(isAbout('document:joined'), 'the guest has come');
    await one.api.delete(`/v1/workspaces/${one.workspaceId}/members/${guest.userId}`);
    await eventually('the guest has left', () => follower.frames.some(isAbout('document:left')));
  });
});

const some = <Item>(items: Item[]): [Item, ...Item[]] | undefined => {
  const [first, ...rest] = items;
  return first === undefined ? undefined : [first, ...rest];
};
