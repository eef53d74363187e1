import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { CHANGE_TOPIC } from '../../src/platform/audit/audit.js';
import { Bus } from '../../src/platform/bus/bus.js';
import { signUp, type Api } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { TestSocket } from '../support/socket.js';
import { makeSource } from '../support/webhooks.js';

let tidings: RunningTidings;
let ws: string;
let bob: Api;
const sockets: TestSocket[] = [];

beforeAll(async () => {
  tidings = await startTidings({ OUTBOUND_ALLOW: '127.0.0.1' });
  ws = tidings.workspaceId;
  bob = await signUp(tidings.api, 'bob@example.com');
});
afterAll(() => tidings?.stop());
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.cut();
});

const of = (rest: string): string => `/v1/workspaces/${ws}${rest}`;

async function join({ token }: Api, workspaceId = ws): Promise<TestSocket> {
  const socket = await TestSocket.connect(tidings.url, token);
  sockets.push(socket);
  await socket.ask('workspace:join', { workspaceId });
  return socket;
}

const kindsOf = (socket: TestSocket): string[] =>
  socket.ofType('workspace:changed').flatMap(({ payload }) => payload['kinds'] as string[]);

const hears = (socket: TestSocket, kind: string) =>
  eventually(`hears of a changed ${kind}`, () => kindsOf(socket).includes(kind));

describe('a change without an event', () => {
  it('is announced to the members of its workspace, by its kind and without its id', async () => {
    const socket = await join(tidings.api);
    await tidings.api.post(of('/roles'), { name: 'auditor', permissions: ['audit:read'] });
    await hears(socket, 'role');
    expect(socket.ofType('workspace:changed').map(({ payload }) => payload)).toEqual([
      { workspaceId: ws, kinds: ['role'] },
    ]);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['member', () => tidings.api.put(of(`/members/${bob.userId}`), { role: 'viewer' })],
    ['member', () => tidings.api.delete(of(`/members/${bob.userId}`))],
    ['invitation', () => tidings.api.post('/v1/invitations', { email: 'new@example.com', workspaceId: ws })],
    ['source', () => makeSource(tidings.api, ws, { provider: 'open' })],
    ['endpoint', () => tidings.api.post(of('/endpoints'), { name: 'a', url: 'http://127.0.0.1:9/' })],
    ['workspace', () => tidings.api.patch(of(''), { name: 'Renamed' })],
    ['event-type', () => tidings.api.put(of('/event-types/order.paid'), { schema: {} })],
  ])('of the kind %s is announced', async (kind, change) => {
    const socket = await join(tidings.api);
    await change();
    await hears(socket, kind);
  });

  it('is announced for a member whose account is deleted', async () => {
    const gone = await signUp(tidings.api, 'gone@example.com');
    await tidings.api.put(of(`/members/${gone.userId}`), { role: 'viewer' });
    const socket = await join(tidings.api);
    await tidings.api.delete(`/v1/users/${gone.userId}`);
    await hears(socket, 'member');
  });

  it('comes with the other changes of the same moment in one frame', async () => {
    const socket = await join(tidings.api);
    const bus = tidings.app.get(Bus);
    for (let change = 0; change < 20; change++) {
      bus.publish(CHANGE_TOPIC, `${ws} role.created`);
      bus.publish(CHANGE_TOPIC, `${ws} member.changed`);
    }
    await hears(socket, 'role');
    await tidings.api.post('/v1/invitations', { email: 'other@example.com', workspaceId: ws });
    await hears(socket, 'invitation');
    const frames = socket.ofType('workspace:changed').map(({ payload }) => payload['kinds']);
    expect(frames).toEqual([['role', 'member'], ['invitation']]);
  });

  it('of a kind that no channel announces makes no frame', async () => {
    const socket = await join(tidings.api);
    tidings.app.get(Bus).publish(CHANGE_TOPIC, `${ws} vault.opened`);
    await tidings.api.post(of('/roles'), { name: 'after-the-vault', permissions: [] });
    await hears(socket, 'role');
    expect(kindsOf(socket)).toEqual(['role']);
  });

  it('of a source is not announced to a member who may not read webhooks, nor to another workspace', async () => {
    const { body: other } = await tidings.api.post<{ id: string }>('/v1/workspaces', { name: 'Other' });
    await tidings.api.put(of(`/members/${bob.userId}`), { role: 'member', deny: ['webhooks:read'] });
    const [denied, foreign] = [await join(bob), await join(tidings.api, other.id)];
    await makeSource(tidings.api, ws, { provider: 'open' });
    await tidings.api.post(of('/roles'), { name: 'after-it', permissions: [] });
    await hears(denied, 'role');
    expect(kindsOf(denied)).toEqual(['role']);
    await tidings.api.post(`/v1/workspaces/${other.id}/roles`, { name: 'of-the-other', permissions: [] });
    await hears(foreign, 'role');
    expect(foreign.ofType('workspace:changed')).toHaveLength(1);
  });
});
