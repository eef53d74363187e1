import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { signUp, type Api, type Schemas } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { TestSocket, type Frame } from '../support/socket.js';
import { deliveryOf, makeSource, post, postGithub, type TestSource } from '../support/webhooks.js';

let tidings: RunningTidings;
let admin: Api;
let workspace: string;
let common: string;
let payments: string;
let source: TestSource;

beforeAll(async () => {
  tidings = await startTidings();
  admin = tidings.api;
  workspace = `/v1/workspaces/${tidings.workspaceId}`;
  common = `webhooks:${tidings.workspaceId}`;
  payments = `${common}/payments`;
  const request = { provider: 'open', name: 'payments', ownChannel: true, include: 'body' as const };
  source = await makeSource(admin, tidings.workspaceId, request);
  await admin.post(`${workspace}/roles`, { name: 'nothing', permissions: [] });
});
afterAll(() => tidings?.stop());

let members = 0;

async function memberWith(grant: string[], rights: object = {}): Promise<Api> {
  const member = await signUp(admin, `member-${++members}@example.com`);
  const { status } = await admin.put(`${workspace}/members/${member.userId}`, { role: 'nothing', grant, ...rights });
  if (status !== 200) throw new Error(`The member was not added: ${status}`);
  return member;
}

const log = (reader: Api, channel: string) =>
  reader.get<{ items: Frame[]; code?: string }>(`${workspace}/events?channel=${channel}&latest=100`);

async function received(channel: string, deliveryId: string): Promise<Frame> {
  return eventually('the event is in the log', async () => {
    const { body } = await log(admin, channel);
    return body.items.find(({ payload }) => payload['deliveryId'] === deliveryId);
  });
}

const typesOf = async (channel: string) => (await log(admin, channel)).body.items.map(({ type }) => type);

describe('a source with a channel of its own', () => {
  it('shows the channel, and has its events there and not in that of the workspace', async () => {
    const { body: shown } = await admin.get<{ items: Schemas['Source'][] }>(`${workspace}/sources`);
    expect(shown.items.find(({ id }) => id === source.id)).toMatchObject({ ownChannel: true, channel: payments });
    const { deliveryId } = await post(source.url, '{"amount":10}');
    const event = await received(payments, deliveryId);
    expect(event).toMatchObject({ type: 'webhook:received', channel: payments, offset: 1 });
    const place = { channel: payments, offset: 1, id: event.id };
    expect(await deliveryOf(admin, tidings.workspaceId, deliveryId)).toMatchObject({ event: place });
    expect(await typesOf(common)).not.toContain('webhook:received');
  });

  it('has the event of a failed delivery there too', async () => {
    const github = await makeSource(admin, tidings.workspaceId, {
      provider: 'github',
      name: 'deployments',
      ownChannel: true,
    });
    await postGithub(github, { body: '{"not": json' });
    await eventually('the event is in the log', async () =>
      (await typesOf(`${common}/deployments`)).includes('webhook:failed'),
    );
    expect(await typesOf(common)).not.toContain('webhook:failed');
  });

  it('moves to another channel with its name, and back to that of the workspace', async () => {
    const one = await makeSource(admin, tidings.workspaceId, { provider: 'open', name: 'before', ownChannel: true });
    const path = `${workspace}/sources/${one.id}`;
    const first = await post(one.url, 'number 1');
    await received(`${common}/before`, first.deliveryId);
    await admin.patch(path, { name: 'after' });
    const second = await post(one.url, 'number 2');
    await received(`${common}/after`, second.deliveryId);
    await admin.patch(path, { ownChannel: false, name: 'No channel name' });
    const third = await post(one.url, 'number 3');
    await received(common, third.deliveryId);
    const places = [first, second, third].map(async ({ deliveryId }) => {
      return (await deliveryOf(admin, tidings.workspaceId, deliveryId)).event?.channel;
    });
    expect(await Promise.all(places)).toEqual([`${common}/before`, `${common}/after`, common]);
  });

  it.each(['Payments', 'a b', 'a/b', '*', '-a', 'a'.repeat(65)])('may not be called "%s"', async (name) => {
    const request = { name, provider: 'open', ownChannel: true };
    const made = await admin.post<{ code: string }>(`${workspace}/sources`, request);
    expect([made.status, made.body.code]).toEqual([400, 'source.invalid-channel-name']);
    const renamed = await admin.patch<{ code: string }>(`${workspace}/sources/${source.id}`, { name });
    expect([renamed.status, renamed.body.code]).toEqual([400, 'source.invalid-channel-name']);
    const plain = await makeSource(admin, tidings.workspaceId, { provider: 'open', name });
    const changed = await admin.patch(`${workspace}/sources/${plain.id}`, { ownChannel: true });
    expect(changed.status).toBe(400);
  });
});

describe('the channel of a source', () => {
  it.each<[string, string[], boolean, boolean]>([
    ['webhooks:read', ['webhooks:read'], true, true],
    ['webhooks:read for this source', ['webhooks:read:payments'], true, false],
    ['webhooks:read for another source', ['webhooks:read:deployments'], false, false],
    ['no permission', [], false, false],
  ])('is read with the right permission: %s', async (_name, grant, readsPart, readsCommon) => {
    const member = await memberWith(grant);
    expect((await log(member, payments)).status).toBe(readsPart ? 200 : 404);
    expect((await log(member, common)).status).toBe(readsCommon ? 200 : 404);
    const socket = await TestSocket.connect(tidings.url, member.token);
    const answers = [
      await socket.ask('subscribe', { channel: payments }),
      await socket.ask('subscribe', { channel: common }),
    ];
    expect(answers.map(({ type }) => type === 'subscribed')).toEqual([readsPart, readsCommon]);
    socket.cut();
  });

  it('is hidden by a denial of its part, which takes the channel of the workspace too', async () => {
    const member = await memberWith([], { role: 'member', deny: ['webhooks:read:payments'] });
    expect((await log(member, payments)).status).toBe(404);
    expect((await log(member, `${common}/deployments`)).status).toBe(200);
    expect((await log(member, common)).status).toBe(404);
  });

  it('shows bodies with webhooks:bodies, for all sources or for this one', async () => {
    const { deliveryId } = await post(source.url, '{"amount":20}');
    await received(payments, deliveryId);
    const bodyFor = async (grant: string[]) => {
      const { body } = await log(await memberWith(['webhooks:read:payments', ...grant]), payments);
      return body.items.find(({ payload }) => payload['deliveryId'] === deliveryId)?.payload['body'];
    };
    expect(await bodyFor([])).toBeUndefined();
    expect(await bodyFor(['webhooks:bodies:deployments'])).toBeUndefined();
    expect(await bodyFor(['webhooks:bodies:payments'])).toEqual({ amount: 20 });
    expect(await bodyFor(['webhooks:bodies'])).toEqual({ amount: 20 });
  });

  it('ends for a subscriber who loses the part', async () => {
    const member = await memberWith(['webhooks:read:payments']);
    const socket = await TestSocket.connect(tidings.url, member.token);
    await socket.ask('subscribe', { channel: payments });
    await admin.put(`${workspace}/members/${member.userId}`, { role: 'nothing', grant: ['webhooks:read:deployments'] });
    await socket.waitFor(({ type, payload }) => type === 'subscription:revoked' && payload['channel'] === payments);
    const before = socket.events(payments).length;
    const { deliveryId } = await post(source.url, '{"amount":30}');
    await received(payments, deliveryId);
    expect(socket.events(payments)).toHaveLength(before);
    socket.cut();
  });

  it.each(['', '/', '/a/b', '/*', '/Payments'])('does not exist with the path "%s"', async (path) => {
    const channel = path === '' ? `${common}/` : `${common}${path}`;
    expect((await log(admin, encodeURIComponent(channel))).status).toBe(404);
  });
});
