import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { signUp, type Api } from '../../support/api.js';
import { startTidings, type RunningTidings } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';
import { RowLock } from '../../support/row-lock.js';

const PUBLISHERS = 12;
const ROUNDS = 3;

let tidings: RunningTidings;
let admin: Api;
let bystander: Api;
let workspace: string;
let made = 0;

beforeAll(async () => {
  tidings = await startTidings();
  admin = tidings.api;
  workspace = `/v1/workspaces/${tidings.workspaceId}`;
  bystander = await signUp(admin, 'bystander@example.com');
  await put(`${workspace}/members/${bystander.userId}`, { role: 'member' });
});
afterAll(() => tidings?.stop());

async function put(path: string, body: unknown): Promise<void> {
  const { status } = await admin.put(path, body);
  expect([path, status]).toEqual([path, 200]);
}

async function patch(path: string, body: unknown): Promise<void> {
  const { status } = await admin.patch(path, body);
  expect([path, status]).toEqual([path, 200]);
}

async function publisher(role: string): Promise<Api> {
  const user = await signUp(admin, `revoked-${++made}@example.com`);
  await put(`${workspace}/members/${user.userId}`, { role });
  return user;
}

const channelOf = (user: Api) => `topic:${tidings.workspaceId}/revoked/${user.userId}`;

async function headOf(channel: string): Promise<number> {
  const log = await admin.get<{ position: { offset: number } }>(`${workspace}/events?channel=${channel}&latest=1`);
  return log.body.position.offset;
}

/** Publishes one event after the other. @returns how many were acknowledged before the first refusal */
async function publishUntilRefused(user: Api, channel: string): Promise<number> {
  for (let acknowledged = 0; ; acknowledged++) {
    const { status } = await user.post(`${workspace}/events`, { channel, type: 'a', payload: acknowledged });
    if (status !== 201) return acknowledged;
  }
}

/** Revokes the right of a publisher under load. @returns the events at the answer, in the end, and acknowledged ones */
async function revokeUnderLoad(user: Api, revoke: () => Promise<void>) {
  const channel = channelOf(user);
  const running = Array.from({ length: PUBLISHERS }, () => publishUntilRefused(user, channel));
  await eventually('events are published', async () => (await headOf(channel)) > 20);
  await revoke();
  const atAnswer = await headOf(channel);
  const acknowledged = (await Promise.all(running)).reduce((sum, count) => sum + count, 0);
  return { atAnswer, inTheEnd: await headOf(channel), acknowledged };
}

/** A kind of revocation: the role of the publisher, and how the right is taken from it. */
type Revocation = readonly [name: string, makeRole: () => Promise<string>, revoke: (user: Api) => Promise<void>];

const member = () => Promise.resolve('member');
let role = '';

const revocations: readonly Revocation[] = [
  [
    'denies a part of the permission',
    member,
    (user) => put(`${workspace}/members/${user.userId}`, { role: 'member', deny: ['topics:publish:revoked/*'] }),
  ],
  ['gives another role', member, (user) => put(`${workspace}/members/${user.userId}`, { role: 'viewer' })],
  [
    'removes the member',
    member,
    async (user) => expect((await admin.delete(`${workspace}/members/${user.userId}`)).status).toBe(204),
  ],
  ['disables the user', member, (user) => patch(`/v1/users/${user.userId}`, { disabled: true })],
  [
    'changes the role',
    async () => {
      role = `publisher-${'abcdefghijklmnop'.at(made % 16)}`;
      await admin.post(`${workspace}/roles`, { name: role, permissions: ['topics:publish:revoked/*'] });
      return role;
    },
    () => patch(`${workspace}/roles/${role}`, { permissions: ['topics:read'] }),
  ],
];

describe.each(revocations)('a revocation that %s', (_name, makeRole, revoke) => {
  it('is followed by no event of the publisher, while the events of others go on', async () => {
    const others = publishUntilStopped();
    for (let round = 0; round < ROUNDS; round++) {
      const user = await publisher(await makeRole());
      const { atAnswer, inTheEnd, acknowledged } = await revokeUnderLoad(user, () => revoke(user));
      expect([inTheEnd, acknowledged]).toEqual([atAnswer, atAnswer]);
    }
    await others.stop();
  });

  it('waits for an event that has passed its check', async () => {
    const user = await publisher(await makeRole());
    const channel = channelOf(user);
    const event = { channel, type: 'a', payload: 1 };
    expect((await user.post(`${workspace}/events`, event)).status).toBe(201);
    const row = new RowLock(tidings.databaseUrl);
    await row.lock('SELECT FROM channels WHERE name = $1 FOR UPDATE', channel);
    const publishing = user.post(`${workspace}/events`, event);
    const writer = await eventually('the event has passed its check', () => row.waiterWith('members'));
    const revoking = revoke(user);
    const waits = eventually('the revocation waits', () => row.isWaitedFor(writer));
    expect(await Promise.race([revoking, waits])).toBe(true);
    await row.release();
    expect((await publishing).status).toBe(201);
    await revoking;
    expect((await user.post(`${workspace}/events`, event)).status).not.toBe(201);
  });
});

/** Another user's events, which are committed together with those of the publisher. */
function publishUntilStopped() {
  const channel = channelOf(bystander);
  const state = { stopped: false };
  const statuses = new Set<number>();
  const loop = async () => {
    while (!state.stopped) {
      const { status } = await bystander.post(`${workspace}/events`, { channel, type: 'a', payload: 1 });
      statuses.add(status);
    }
  };
  const running = [loop(), loop(), loop(), loop()];
  return {
    async stop(): Promise<void> {
      state.stopped = true;
      await Promise.all(running);
      expect([...statuses]).toEqual([201]);
    },
  };
}
