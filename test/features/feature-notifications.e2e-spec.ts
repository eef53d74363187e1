import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as Y from 'yjs';
import { signUp, type Api } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { startReceiver } from '../support/receiver.js';
import { post } from '../support/webhooks.js';
import { Writer } from '../support/writer.js';

interface Notification {
  readonly kind: string;
  readonly title: string;
  readonly actor: string | null;
  readonly path: string;
}

let tidings: RunningTidings;
let anna: Api;
let ben: Api;
let ws: string;
const writers: Writer[] = [];

beforeAll(async () => {
  tidings = await startTidings({ OUTBOUND_TO_LOOPBACK: 'true' });
  ws = `/v1/workspaces/${tidings.workspaceId}`;
  [anna, ben] = await Promise.all([member('anna'), member('ben')]);
});
afterAll(async () => {
  for (const writer of writers) writer.leave();
  await tidings?.stop();
});

async function member(name: string, deny: string[] = []): Promise<Api> {
  const user = await signUp(tidings.api, `${name}@example.com`);
  await tidings.api.put(`${ws}/members/${user.userId}`, { role: 'member', grant: [], deny });
  return user;
}

const create = async (title: string): Promise<string> =>
  (await tidings.api.post<{ id: string }>(`${ws}/documents`, { title })).body.id;

async function join(id: string, user: Api): Promise<Writer> {
  const writer = new Writer(() => tidings.url, id, user.token);
  writers.push(writer);
  await eventually('the document is synced', () => writer.isSynced);
  return writer;
}

const mention = (user: Api) => `@[a user](user:${user.userId})`;
/** The notifications of one kind whose title contains a text. */
const notificationsOf = async (user: Api, title: string, kind = 'document.mentioned'): Promise<Notification[]> => {
  const { body } = await user.get<{ items: Notification[] }>(`/v1/notifications?kind=${kind}`);
  return body.items.filter((found) => found.title.includes(title));
};
const waitForNotification = (user: Api, title: string, kind?: string): Promise<Notification | undefined> =>
  eventually(`the user is notified of ${title}`, async () => (await notificationsOf(user, title, kind))[0]);

// Concurrent, because each test mostly waits for the scan of its document.
describe('users', () => {
  it.concurrent('are notified of mentions by other users, in a text or by a node, but not of their own', async () => {
    const id = await create('Minutes');
    const writer = await join(id, ben);
    writer.text.insert(0, `${mention(anna)} and ${mention(ben)}`);
    expect(await waitForNotification(anna, 'Minutes')).toMatchObject({
      title: 'You were mentioned in “Minutes”',
      actor: ben.userId,
      path: `/documents/${id}`,
    });
    const node = new Y.XmlElement('mention');
    node.setAttribute('id', tidings.api.userId);
    writer.doc.getXmlFragment('default').insert(0, [node]);
    await waitForNotification(tidings.api, 'Minutes');
    expect(await notificationsOf(anna, 'Minutes')).toHaveLength(1);
    expect(await notificationsOf(ben, 'Minutes')).toEqual([]);
  });

  it.concurrent('are notified once of a mention, and again of another one', async () => {
    const id = await create('Plan');
    const writer = await join(id, ben);
    writer.text.insert(0, mention(anna));
    await waitForNotification(anna, 'Plan');
    // The next scan sees both mentions. A second notification for Anna would come before the one for the owner.
    writer.text.insert(0, mention(tidings.api));
    await waitForNotification(tidings.api, 'Plan');
    expect(await notificationsOf(anna, 'Plan')).toHaveLength(1);
    writer.text.insert(0, mention(anna));
    await eventually('Anna is notified again', async () => (await notificationsOf(anna, 'Plan')).length === 2);
  });

  it.concurrent('are not notified when they are not members or may not read documents', async () => {
    const stranger = await signUp(tidings.api, 'stranger@example.com');
    const denied = await member('denied', ['documents:read']);
    const writer = await join(await create('Secret'), ben);
    writer.text.insert(0, [stranger, denied, anna].map(mention).join(' '));
    await waitForNotification(anna, 'Secret');
    expect(await notificationsOf(stranger, 'Secret')).toEqual([]);
    expect(await notificationsOf(denied, 'Secret')).toEqual([]);
  });

  it.concurrent('are notified of a task that another user assigns to them', async () => {
    const make = (title: string, assignee: Api) => ben.post(`${ws}/tasks`, { title, assigneeId: assignee.userId });
    await make('Self-assigned', ben);
    await make('For Anna', anna);
    expect(await waitForNotification(anna, 'For Anna', 'task.assigned')).toMatchObject({ actor: ben.userId });
    expect(await notificationsOf(ben, '', 'task.assigned')).toEqual([]);
  });

  it.concurrent('are notified when their status becomes active', async () => {
    const waiting = await member('waiting');
    const activateAt = new Date().toISOString();
    await waiting.put(`/v1/users/${waiting.userId}/status`, { status: 'pending', activateAt });
    expect(await waitForNotification(waiting, '', 'status.activated')).toMatchObject({ actor: null, path: '/status' });
    expect(await notificationsOf(anna, '', 'status.activated')).toEqual([]);
  });

  it.concurrent('are notified of an endpoint that is failing, if they manage webhooks', async () => {
    const receiver = await startReceiver();
    receiver.answer = () => 503;
    const wanted = { name: 'the shop', url: receiver.url, eventTypes: ['webhook:received'], retries: 'none' };
    const { body: made } = await tidings.api.post<{ id: string }>(`${ws}/endpoints`, wanted);
    for (const text of ['one', 'two', 'three']) await post(tidings.openSourceUrl, text);
    const kind = 'webhook.endpoint-failing';
    expect(await waitForNotification(tidings.api, 'The endpoint the shop is failing', kind)).toMatchObject({
      actor: null,
      path: `/workspaces/${tidings.workspaceId}/endpoints/${made.id}`,
    });
    expect(await notificationsOf(anna, '', kind)).toEqual([]);
    await receiver.close();
  });
});
