import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Bus } from '../../src/platform/bus/bus.js';
import { FENCE_TOPIC, readChange } from '../../src/platform/fence/fence-messages.js';
import { Api, signUp, type Schemas } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { TestSocket } from '../support/socket.js';

type RoleView = Schemas['Role'];

let tidings: RunningTidings;
/** Owner of every workspace here. */
let owner: Api;
let ada: Api;
let bob: Api;
let workspace: string;

beforeAll(async () => {
  tidings = await startTidings();
  owner = tidings.api;
  ada = await signUp(owner, 'ada@example.com');
  bob = await signUp(owner, 'bob@example.com');
});
afterAll(() => tidings?.stop());

beforeEach(async () => {
  const { body } = await owner.post<{ id: string }>('/v1/workspaces', { name: 'Operations' });
  workspace = body.id;
});

const path = (rest = ''): string => `/v1/workspaces/${workspace}${rest}`;
const make = (by: Api, name: string, permissions: string[]) =>
  by.post<RoleView & { code?: string }>(path('/roles'), { name, permissions });
const change = (by: Api, name: string, permissions: string[]) =>
  by.patch<RoleView & { code?: string }>(path(`/roles/${name}`), { permissions });
const give = (by: Api, who: Api, role: string, more: { grant?: string[]; deny?: string[] } = {}) =>
  by.put<{ permissions: string[]; code?: string }>(path(`/members/${who.userId}`), { role, ...more });

async function ownRoles(): Promise<RoleView[]> {
  const { data } = await owner.client.GET('/v1/workspaces/{ws}/roles', { params: { path: { ws: workspace } } });
  return data?.items.filter(({ builtIn }) => !builtIn) ?? [];
}

describe('a custom role', () => {
  it('is listed after the built-in ones, with deduplicated permissions', async () => {
    const made = await make(owner, 'auditor', ['members:read', 'audit:read', 'members:read']);
    const role = { name: 'auditor', builtIn: false, permissions: ['audit:read', 'members:read'] };
    expect(made).toMatchObject({ status: 201, body: role });
    const { body } = await owner.get<{ items: RoleView[] }>(path('/roles'));
    expect(body.items.map(({ name }) => name)).toEqual(['owner', 'admin', 'member', 'viewer', 'auditor']);
    expect(body.items.at(-1)).toEqual(role);
  });

  it('gives its permissions to its members, with grants and denials as for any role', async () => {
    await make(owner, 'auditor', ['members:read', 'audit:read']);
    expect((await give(owner, ada, 'auditor')).body.permissions).toEqual(['audit:read', 'members:read']);
    expect((await ada.get(path('/audit'))).status).toBe(200);
    expect((await ada.get(path('/sources'))).status).toBe(403);
    const mixed = await give(owner, ada, 'auditor', { grant: ['webhooks:read'], deny: ['audit:read'] });
    expect(mixed.body.permissions).toEqual(['members:read', 'webhooks:read']);
    expect((await ada.get(path('/audit'))).status).toBe(403);
    const { body } = await owner.get<{ items: { userId: string }[] }>(path('/members'));
    expect(body.items.find(({ userId }) => userId === ada.userId)).toMatchObject({
      role: 'auditor',
      permissions: ['members:read', 'webhooks:read'],
    });
    expect((await ada.get(path())).body).toMatchObject({
      role: 'auditor',
      permissions: ['members:read', 'webhooks:read'],
    });
  });

  it('is unknown in every other workspace', async () => {
    await make(owner, 'auditor', ['audit:read']);
    const { body } = await owner.post<{ id: string }>('/v1/workspaces', { name: 'Another' });
    workspace = body.id;
    expect(await give(owner, ada, 'auditor')).toMatchObject({ status: 400, body: { code: 'role.unknown' } });
    expect(await change(owner, 'auditor', [])).toMatchObject({ status: 404, body: { code: 'role.not-found' } });
    expect((await owner.delete(path('/roles/auditor'))).status).toBe(404);
  });

  it.each(['Auditor', 'two words', 'a', '-a', 'a-', '9to5', '', 'x'.repeat(41), '__proto__'])(
    'cannot be named "%s"',
    async (name) => {
      expect(await make(owner, name, [])).toMatchObject({ status: 400, body: { code: 'request.invalid' } });
    },
  );

  it('contains only declared permissions', async () => {
    expect(await make(owner, 'dreamer', ['everything:do'])).toMatchObject({ status: 400 });
    await make(owner, 'dreamer', []);
    expect(await change(owner, 'dreamer', ['everything:do'])).toMatchObject({ status: 400 });
  });

  it('has at most 200 permissions, as a grant, a denial and the scopes of a key have', async () => {
    const tooMany = Array.from({ length: 201 }, (_, n) => `topics:read:orders/${n}`);
    const answers = await Promise.all([
      owner.post(path('/roles'), { name: 'large', permissions: tooMany }),
      owner.put(path(`/members/${ada.userId}`), { role: 'viewer', grant: tooMany }),
      owner.put(path(`/members/${ada.userId}`), { role: 'viewer', deny: tooMany }),
      owner.post(path(`/members/${ada.userId}/preview`), { role: 'viewer', deny: tooMany }),
      owner.post('/v1/api-keys', { name: 'large', scopes: tooMany }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400]);
    const most = tooMany.slice(1);
    expect((await owner.post(path('/roles'), { name: 'large', permissions: most })).status).toBe(201);
  });

  it('is created once, also by two concurrent requests', async () => {
    const answers = await Promise.all([make(owner, 'auditor', []), make(owner, 'auditor', ['audit:read'])]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409]);
    expect(answers.find(({ status }) => status === 409)?.body.code).toBe('role.name-taken');
    expect(await ownRoles()).toHaveLength(1);
  });
});

describe('the built-in roles', () => {
  it.each(['owner', 'admin', 'member', 'viewer'])('%s cannot be created, changed or deleted', async (name) => {
    const refusal = { status: 409, body: { code: 'role.built-in' } };
    expect(await make(owner, name, [])).toMatchObject(refusal);
    expect(await change(owner, name, ['audit:read'])).toMatchObject(refusal);
    expect(await owner.delete(path(`/roles/${name}`))).toMatchObject(refusal);
  });
});

describe('a change to a role', () => {
  it('applies to the next call of every member with the role', async () => {
    await make(owner, 'helper', ['members:read']);
    await give(owner, ada, 'helper');
    expect((await ada.get(path('/members'))).status).toBe(200);
    expect(await change(owner, 'helper', ['webhooks:read'])).toMatchObject({
      status: 200,
      body: { name: 'helper', builtIn: false, permissions: ['webhooks:read'] },
    });
    expect((await ada.get(path('/members'))).status).toBe(403);
    expect((await ada.get(path('/sources'))).status).toBe(200);
  });

  it('applies to the open sockets of every member with the role', async () => {
    await make(owner, 'helper', ['members:read']);
    await give(owner, ada, 'helper');
    const socket = await TestSocket.connect(tidings.url, ada.token);
    await change(owner, 'helper', ['webhooks:read']);
    const told = await socket.waitFor(({ type }) => type === 'permissions:updated');
    expect(told.payload['workspaces']).toContainEqual({
      id: workspace,
      role: 'helper',
      permissions: ['webhooks:read'],
    });
    socket.cut();
  });

  it('notifies the other processes of exactly the members with the role, only after a commit', async () => {
    await make(owner, 'helper', []);
    await give(owner, ada, 'helper');
    await give(owner, bob, 'viewer');
    const told: string[] = [];
    const unlisten = tidings.app
      .get(Bus)
      .listen(FENCE_TOPIC, (message) => told.push(...(readChange(message).userIds ?? [])));
    await change(owner, 'helper', ['everything:do']);
    await change(owner, 'helper', ['members:read']);
    await give(owner, bob, 'helper');
    await change(owner, 'helper', []);
    unlisten();
    expect([told.slice(0, 2), told.slice(2).toSorted()]).toEqual([
      [ada.userId, bob.userId],
      [ada.userId, bob.userId].toSorted(),
    ]);
  });
});

describe('the Server-Timing of a change of rights', () => {
  const RECEIPT = /^fence;dur=\d+\.\d;desc="1 node"$/;

  it('says how long the fence took, and on how many nodes', async () => {
    await make(owner, 'auditor', ['audit:read']);
    const added = await give(owner, ada, 'auditor');
    expect(added.headers.get('server-timing')).toMatch(RECEIPT);
    const changed = await change(owner, 'auditor', []);
    expect(changed.headers.get('server-timing')).toMatch(RECEIPT);
    const removed = await owner.delete(path(`/members/${ada.userId}`));
    expect(removed).toMatchObject({ status: 204 });
    expect(removed.headers.get('server-timing')).toMatch(RECEIPT);
  });

  it('is absent when a role without members changes, and when the change is refused', async () => {
    await make(owner, 'auditor', ['audit:read']);
    expect((await change(owner, 'auditor', [])).headers.get('server-timing')).toBeNull();
    expect((await give(owner, ada, 'emperor')).headers.get('server-timing')).toBeNull();
  });
});

describe('a caller who manages members', () => {
  const MANAGER = { grant: ['members:manage'] };

  it('needs the permission to do so', async () => {
    await make(owner, 'helper', []);
    await give(owner, ada, 'member');
    expect((await ada.get(path('/roles'))).status).toBe(200);
    expect(await make(ada, 'another', [])).toMatchObject({ status: 403, body: { code: 'permission.denied' } });
    expect((await change(ada, 'helper', [])).status).toBe(403);
    expect((await ada.delete(path('/roles/helper'))).status).toBe(403);
    expect((await make(bob, 'another', [])).status).toBe(404);
  });

  it('cannot add a permission to a role that the caller lacks', async () => {
    await give(owner, ada, 'member', MANAGER);
    expect(await make(ada, 'auditor', ['audit:read'])).toMatchObject({ status: 403 });
    expect(await make(ada, 'helper', ['members:read'])).toMatchObject({ status: 201 });
    expect(await change(ada, 'helper', ['members:read', 'audit:read'])).toMatchObject({ status: 403 });
    expect(await ownRoles()).toEqual([{ name: 'helper', builtIn: false, permissions: ['members:read'] }]);
  });

  it('can keep a permission in a role that another member has added', async () => {
    await make(owner, 'auditor', ['audit:read']);
    await give(owner, ada, 'member', MANAGER);
    expect((await change(ada, 'auditor', ['audit:read', 'members:read'])).status).toBe(200);
    expect((await change(ada, 'auditor', ['members:read'])).status).toBe(200);
    expect((await change(ada, 'auditor', ['audit:read', 'members:read'])).status).toBe(403);
  });

  it('cannot assign a role with permissions that the caller lacks, not even to the caller or with denials', async () => {
    await make(owner, 'auditor', ['audit:read']);
    await give(owner, ada, 'member', MANAGER);
    for (const more of [{}, { deny: ['audit:read'] }]) {
      expect((await give(ada, bob, 'auditor', more)).body.code).toBe('permission.denied');
    }
    expect((await give(ada, ada, 'auditor')).body.code).toBe('permission.denied');
    expect((await give(owner, bob, 'auditor')).status).toBe(200);
  });
});

describe('deleting a role', () => {
  it('fails while a member has the role', async () => {
    await make(owner, 'helper', ['members:read']);
    await give(owner, ada, 'helper');
    expect(await owner.delete(path('/roles/helper'))).toMatchObject({ status: 409, body: { code: 'role.in-use' } });
    expect((await ada.get(path('/members'))).status).toBe(200);
    await give(owner, ada, 'viewer');
    expect((await owner.delete(path('/roles/helper'))).status).toBe(204);
    expect(await ownRoles()).toEqual([]);
    expect((await give(owner, ada, 'helper')).status).toBe(400);
  });

  it('leaves no member with a missing role when the role is assigned concurrently', async () => {
    for (let round = 0; round < 5; round++) {
      await make(owner, 'helper', ['members:read']);
      const [given, deleted] = await Promise.all([give(owner, ada, 'helper'), owner.delete(path('/roles/helper'))]);
      expect([[given.status, deleted.status]]).toEqual([given.status === 200 ? [200, 409] : [400, 204]]);
      await owner.delete(path(`/members/${ada.userId}`));
      await owner.delete(path('/roles/helper'));
    }
  });
});
