import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
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

describe('people in shared documents', () => {
  let one: RunningTidings;
  let two: RunningTidings;
  let anna: Api;
  let ben: Api;
  const open: Writer[] = [];

  beforeAll(async () => {
    one = await startTidings({ PRESENCE_GRACE_SECONDS: '0' });
    two = await startTidings({
      DATABASE_URL: one.databaseUrl,
      JWT_SECRET: one.config.jwtSecret,
      REDIS_PREFIX: one.config.redisPrefix,
      PRESENCE_GRACE_SECONDS: '0',
      ROLE: 'gateway',
    });
    anna = await member('anna@example.com');
    ben = await member('ben@example.com');
  });

  afterEach(() => {
    for (const writer of open.splice(0)) writer.leave();
  });

  afterAll(async () => {
    await two?.stop();
    await one?.stop();
  });

  async function member(email: string, deny: string[] = []): Promise<Api> {
    const user = await signUp(one.api, email);
    await one.api.put(`/v1/workspaces/${one.workspaceId}/members/${user.userId}`, { role: 'member', grant: [], deny });
    return user;
  }

  const create = async (title: string): Promise<string> =>
    (await one.api.post<{ id: string }>(`/v1/workspaces/${one.workspaceId}/documents`, { title })).body.id;

  async function join(id: string, user: Api, url = one.url): Promise<Writer> {
    const writer = new Writer(() => url, id, user.token);
    open.push(writer);
    await eventually('it is open', () => writer.isSynced);
    return writer;
  }

  const mention = (user: Api) => `@[somebody](user:${user.userId})`;
  const told = async (user: Api, title: string): Promise<Notification[]> => {
    const { body } = await user.get<{ items: Notification[] }>('/v1/notifications');
    return body.items.filter((found) => found.kind === 'document.mentioned' && found.title.includes(title));
  };

  it('are notified when they are mentioned, in a text or by a node, and not of what they do themselves', async () => {
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

  it('are told once of a mention that stays, and again of another one', async () => {
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

  it('are not notified when they are strangers, or may not read documents', async () => {
    const stranger = await signUp(one.api, 'stranger@example.com');
    const denied = await member('denied@example.com', ['documents:read']);
    const writer = await join(await create('Secret'), ben);
    writer.text.insert(0, [stranger, denied, anna].map(mention).join(' '));
    await eventually('Anna is told', async () => some(await told(anna, 'Secret')));
    expect(await told(stranger, 'Secret')).toEqual([]);
    expect(await told(denied, 'Secret')).toEqual([]);
  });

  it('come and go once in the channel of the workspace, however often they have a document open', async () => {
    const id = await create('Board');
    const follower = await TestSocket.connect(one.url, one.api.token);
    const channel = `documents:${one.workspaceId}`;
    await follower.ask('subscribe', { channel });
    const seen = () =>
      follower.frames
        .filter(({ type, payload }) => /^document:(?:joined|left)$/.test(type) && (payload as { id: string }).id === id)
        .map(({ type, payload }) => [type, (payload as { userId: string }).userId]);
    const here = await join(id, anna);
    await eventually('Anna is there', () => seen().length === 1);
    const there = await join(id, anna, two.url);
    const other = await join(id, ben, two.url);
    await eventually('Ben is there', () => seen().length === 2);
    here.leave();
    other.leave();
    await eventually('Ben is gone', () => seen().length === 3);
    expect(there.isSynced).toBe(true);
    expect(seen()).toEqual([
      ['document:joined', anna.userId],
      ['document:joined', ben.userId],
      ['document:left', ben.userId],
    ]);
    there.leave();
    await eventually('Anna is gone', () => seen().length === 4);
    expect(seen().at(-1)).toEqual(['document:left', anna.userId]);
    follower.cut();
  });

  it('see in the channel of a document who else follows it, and get in only with the right to read documents', async () => {
    const channel = `document:${await create('Watched')}`;
    const viewer = await TestSocket.connect(one.url, one.api.token);
    const other = await TestSocket.connect(two.url, ben.token);
    const stranger = await TestSocket.connect(one.url, (await signUp(one.api, 'nobody@example.com')).token);
    expect(await viewer.ask('subscribe', { channel })).toMatchObject({ type: 'subscribed', payload: { channel } });
    await other.ask('subscribe', { channel });
    await viewer.waitFor(
      ({ type, payload }) => type === 'presence:joined' && payload['userId'] === ben.userId,
      'Ben is seen',
    );
    for (const name of [channel, `document:${randomUUID()}`]) {
      expect(await stranger.ask('subscribe', { channel: name })).toMatchObject({
        type: 'error',
        payload: { code: 'channel.forbidden' },
      });
    }
    const rights = `/v1/workspaces/${one.workspaceId}/members/${ben.userId}`;
    await one.api.put(rights, { role: 'member', grant: [], deny: ['documents:read'] });
    await other.waitFor(
      ({ type, payload }) => type === 'subscription:revoked' && payload['channel'] === channel,
      'the subscription ends',
    );
    await one.api.put(rights, { role: 'member', grant: [], deny: [] });
    for (const socket of [viewer, other, stranger]) socket.cut();
  });

  it('leave a document when they may not read it any more', async () => {
    const id = await create('Closed');
    const follower = await TestSocket.connect(one.url, one.api.token);
    await follower.ask('subscribe', { channel: `documents:${one.workspaceId}` });
    const guest = await member('guest@example.com');
    await join(id, guest, two.url);
    const isAbout = (type: string) => (frame: { type: string; payload?: unknown }) =>
      frame.type === type && JSON.stringify(frame.payload) === JSON.stringify({ id, userId: guest.userId });
    await follower.waitFor(isAbout('document:joined'), 'the guest has come');
    await one.api.delete(`/v1/workspaces/${one.workspaceId}/members/${guest.userId}`);
    await follower.waitFor(isAbout('document:left'), 'the guest has left');
    follower.cut();
  });
});

const some = <Item>(items: Item[]): [Item, ...Item[]] | undefined => {
  const [first, ...rest] = items;
  return first === undefined ? undefined : [first, ...rest];
};
