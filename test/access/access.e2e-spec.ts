import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Bus } from '../../src/platform/bus/bus.js';
import { Database } from '../../src/platform/database/database.js';
import { FENCE_TOPIC, readChange } from '../../src/platform/fence/fence-messages.js';
import { type Api, signUp } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';

interface Member {
  readonly userId: string;
  readonly role: string;
  readonly grant: string[];
  readonly deny: string[];
  readonly permissions: string[];
}

const NOBODY = '0198a000-0000-7000-8000-000000000000';

let tidings: RunningTidings;
/** Administrator, and owner of every workspace here. */
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

const membersPath = (userId = ''): string => `/v1/workspaces/${workspace}/members${userId && `/${userId}`}`;

const put = (by: Api, who: Api, role: string, more: { grant?: string[]; deny?: string[] } = {}) =>
  by.put<Member & { code?: string }>(membersPath(who.userId), { role, ...more });

describe('a workspace', () => {
  it('is created only by an administrator, who becomes its owner', async () => {
    const made = await owner.post('/v1/workspaces', { name: 'Made' });
    expect(made).toMatchObject({ status: 201, body: { name: 'Made', role: 'owner' } });
    expect(made.body['permissions']).toEqual(expect.arrayContaining(['audit:read', 'members:manage']));
    const refused = await ada.post('/v1/workspaces', { name: 'Refused' });
    expect(refused).toMatchObject({ status: 403, body: { code: 'auth.admin-required' } });
  });

  it('is shown to its members, with their role and permissions in it', async () => {
    await put(owner, ada, 'viewer');
    const { status, body } = await ada.get(`/v1/workspaces/${workspace}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ id: workspace, name: 'Operations', role: 'viewer' });
    expect(body['permissions']).toEqual(expect.arrayContaining(['members:read', 'webhooks:read']));
    expect(body['permissions']).not.toEqual(expect.arrayContaining(['members:manage']));
  });

  it('is renamed by a member who manages members, and by no other', async () => {
    await put(owner, ada, 'member');
    const path = `/v1/workspaces/${workspace}`;
    expect(await ada.patch(path, { name: 'Taken' })).toMatchObject({
      status: 403,
      body: { code: 'permission.denied' },
    });
    expect(await bob.patch(path, { name: 'Taken' })).toMatchObject({ status: 404 });
    expect(await owner.patch(path, { name: '  ' })).toMatchObject({ status: 400, body: { code: 'request.invalid' } });
    expect(await owner.patch(path, { name: ' Sales ' })).toMatchObject({
      status: 200,
      body: { id: workspace, name: 'Sales', role: 'owner' },
    });
    expect((await ada.get(path)).body).toMatchObject({ name: 'Sales' });
  });

  it('has one audit entry for a new name, and none for the same one', async () => {
    for (const name of ['Sales', 'Sales']) await owner.patch(`/v1/workspaces/${workspace}`, { name });
    const { body } = await owner.get<{ items: object[] }>(`/v1/workspaces/${workspace}/audit?action=workspace.changed`);
    expect(body.items).toEqual([
      expect.objectContaining({ target: workspace, before: { name: 'Operations' }, after: { name: 'Sales' } }),
    ]);
  });

  it.each(['', '/members', '/roles'])(
    'is indistinguishable from an unknown one for non-members: GET ...%s',
    async (rest) => {
      const foreign = await bob.get(`/v1/workspaces/${workspace}${rest}`);
      expect(foreign).toMatchObject({ status: 404, body: { code: 'workspace.not-found' } });
      for (const id of [NOBODY, 'nonsense', workspace.toUpperCase(), "'"]) {
        const missing = await bob.get(`/v1/workspaces/${encodeURIComponent(id)}${rest}`);
        expect({ ...missing.body, requestId: '' }).toEqual({ ...foreign.body, requestId: '' });
      }
    },
  );

  it('is not accessible to an administrator who is not a member', async () => {
    const second = await signUp(owner, `second-${workspace}@example.com`);
    await owner.patch(`/v1/users/${second.userId}`, { isAdmin: true });
    expect((await second.get(membersPath())).status).toBe(404);
  });

  it('is listed page by page to its members only', async () => {
    await put(owner, bob, 'member');
    const { body: first } = await owner.get<{ items: { id: string }[]; nextCursor: string }>('/v1/workspaces?limit=1');
    expect(first.items).toHaveLength(1);
    const { body: next } = await owner.get<{ items: { id: string }[] }>(`/v1/workspaces?cursor=${first.nextCursor}`);
    expect(next.items.map(({ id }) => id)).toContain(workspace);
    expect(next.items.map(({ id }) => id)).not.toContain(first.items[0]?.id);
    const { body: bobs } = await bob.get<{ items: { id: string; role: string }[] }>('/v1/workspaces');
    expect(bobs.items).toEqual([expect.objectContaining({ id: workspace, role: 'member' })]);
  });
});

describe('the roles', () => {
  it('are the four built-in ones, with the permissions of the contract', async () => {
    const { body } = await owner.get<{ items: { name: string; permissions: string[] }[] }>(
      `/v1/workspaces/${workspace}/roles`,
    );
    const roles = new Map(body.items.map(({ name, permissions }) => [name, permissions]));
    expect([...roles.keys()]).toEqual(['owner', 'admin', 'member', 'viewer']);
    expect(roles.get('owner')).toEqual(roles.get('admin'));
    expect(roles.get('admin')).toEqual(
      expect.arrayContaining(['audit:read', 'members:manage', 'members:read', 'webhooks:manage', 'webhooks:read']),
    );
    const more = ['tasks:write', 'documents:write', 'topics:publish', 'webhooks:bodies'];
    const reads = ['members:read', 'webhooks:read', 'tasks:read', 'documents:read', 'event-types:read', 'topics:read'];
    const declared = (names: string[]) => names.filter((name) => roles.get('owner')?.includes(name)).toSorted();
    expect(roles.get('viewer')).toEqual(declared(reads));
    expect(roles.get('member')).toEqual(declared([...reads, ...more]));
  });
});

describe('a member', () => {
  it('can be added, changed and removed, and the next call applies it', async () => {
    expect((await ada.get(membersPath())).status).toBe(404);
    expect(await put(owner, ada, 'viewer')).toMatchObject({
      status: 200,
      body: { userId: ada.userId, email: 'ada@example.com', role: 'viewer', grant: [], deny: [] },
    });
    expect((await ada.get(membersPath())).status).toBe(200);
    await put(owner, ada, 'viewer', { deny: ['members:read'] });
    expect(await ada.get(membersPath())).toMatchObject({ status: 403, body: { code: 'permission.denied' } });
    expect((await owner.delete(membersPath(ada.userId))).status).toBe(204);
    expect((await ada.get(membersPath())).status).toBe(404);
  });

  it('has the effective permissions of role, grants and denials: deny overrides grant, grant overrides role', async () => {
    const grant = ['audit:read', 'webhooks:manage', 'audit:read'];
    const { body } = await put(owner, ada, 'viewer', { grant, deny: ['members:read', 'webhooks:manage'] });
    expect(body.grant).toEqual(['audit:read', 'webhooks:manage']);
    expect(body.deny).toEqual(['members:read', 'webhooks:manage']);
    expect(body.permissions).toContain('audit:read');
    expect(body.permissions).toContain('webhooks:read');
    expect(body.permissions).not.toContain('webhooks:manage');
    expect(body.permissions).not.toContain('members:read');
    const { body: me } = await ada.get<{ workspaces: { id: string; permissions: string[] }[] }>('/v1/me');
    expect(me.workspaces.find(({ id }) => id === workspace)?.permissions).toEqual(body.permissions);
  });

  it('is listed page by page', async () => {
    await put(owner, ada, 'member');
    await put(owner, bob, 'viewer');
    const { body: first } = await owner.get<{ items: Member[]; nextCursor: string }>(`${membersPath()}?limit=2`);
    const { body: rest } = await owner.get<{ items: Member[]; nextCursor: null }>(
      `${membersPath()}?limit=2&cursor=${first.nextCursor}`,
    );
    expect(rest.nextCursor).toBeNull();
    expect([...first.items, ...rest.items].map(({ userId, role }) => [userId, role])).toEqual([
      [owner.userId, 'owner'],
      [ada.userId, 'member'],
      [bob.userId, 'viewer'],
    ]);
  });

  it.each([
    ['a permission to grant', { role: 'viewer', grant: ['everything:do'] }],
    ['a permission to deny', { role: 'viewer', deny: ['everything:do'] }],
    ['a field', { role: 'viewer', grants: [] }],
  ])('is not added with %s that does not exist', async (_what, body) => {
    const answer = await owner.put(membersPath(ada.userId), body);
    expect(answer).toMatchObject({ status: 400, body: { code: 'request.invalid' } });
  });

  it('is not added with a role that the workspace does not have', async () => {
    expect(await put(owner, ada, 'emperor')).toMatchObject({ status: 400, body: { code: 'role.unknown' } });
    expect(await put(owner, ada, 'Viewer')).toMatchObject({ status: 400, body: { code: 'request.invalid' } });
  });

  it.each([NOBODY, 'nonsense'])('must be a user: %s is not', async (id) => {
    expect(await owner.put(membersPath(id), { role: 'viewer' })).toMatchObject({
      status: 404,
      body: { code: 'user.not-found' },
    });
    expect(await owner.delete(membersPath(id))).toMatchObject({ status: 404, body: { code: 'member.not-found' } });
  });
});

describe('a caller who manages members', () => {
  it('needs the permission to do so', async () => {
    await put(owner, ada, 'member');
    expect(await put(ada, bob, 'viewer')).toMatchObject({ status: 403, body: { code: 'permission.denied' } });
    expect((await ada.delete(membersPath(owner.userId))).status).toBe(403);
  });

  it('cannot give a permission that the caller lacks, neither by a grant nor by a role', async () => {
    await put(owner, ada, 'member', { grant: ['members:manage'] });
    expect((await put(ada, bob, 'viewer')).status).toBe(200);
    expect((await put(ada, bob, 'viewer', { grant: ['audit:read'] })).body.code).toBe('permission.denied');
    expect((await put(ada, bob, 'admin')).body.code).toBe('permission.denied');
    expect((await put(ada, ada, 'admin')).body.code).toBe('permission.denied');
  });

  it('must be an owner to change an owner', async () => {
    await put(owner, ada, 'admin');
    expect((await put(ada, bob, 'owner')).body.code).toBe('member.owner-required');
    expect((await put(ada, owner, 'admin')).body.code).toBe('member.owner-required');
    expect((await ada.delete(membersPath(owner.userId))).body['code']).toBe('member.owner-required');
    expect((await put(owner, bob, 'owner')).status).toBe(200);
    expect((await put(bob, owner, 'viewer')).status).toBe(200);
  });

  it('cannot remove the last owner', async () => {
    const conflict = { status: 409, body: { code: 'workspace.last-owner' } };
    expect(await put(owner, owner, 'admin')).toMatchObject(conflict);
    expect(await owner.delete(membersPath(owner.userId))).toMatchObject(conflict);
  });

  it('cannot leave a workspace without an owner when two owners remove each other concurrently', async () => {
    for (let round = 0; round < 5; round++) {
      await put(owner, ada, 'owner');
      const [one, other] = await Promise.all([put(owner, ada, 'viewer'), put(ada, owner, 'viewer')]);
      expect([one.status, other.status].toSorted((a, b) => a - b)).toEqual([200, 403]);
      if (other.status === 200) await put(ada, owner, 'owner');
    }
  });
});

describe('a change to a member', () => {
  it('publishes one event with its actor when a member is added', async () => {
    await put(owner, ada, 'viewer');
    await put(owner, ada, 'member');
    await put(owner, bob, 'admin');
    const events = await tidings.app.get(Database).query(
      `SELECT "offset"::int, type, actor, payload FROM events
       JOIN channels ON channels.id = channel_id WHERE channels.name = $1 ORDER BY "offset"`,
      [`workspace:${workspace}`],
    );
    const joined = { type: 'workspace:member_joined', actor: owner.userId };
    expect(events).toEqual([
      { ...joined, offset: 1, payload: { workspaceId: workspace, userId: ada.userId, role: 'viewer' } },
      { ...joined, offset: 2, payload: { workspaceId: workspace, userId: bob.userId, role: 'admin' } },
    ]);
  });

  it('notifies the other processes of the users whose rights changed, only after a commit', async () => {
    // A user who is not the last owner of any workspace and can be disabled.
    const eve = await signUp(owner, 'eve@example.com');
    const told: string[] = [];
    const unlisten = tidings.app
      .get(Bus)
      .listen(FENCE_TOPIC, (message) => told.push(...(readChange(message).userIds ?? [])));
    await put(owner, ada, 'viewer');
    await put(owner, owner, 'viewer');
    await owner.delete(membersPath(ada.userId));
    await owner.patch(`/v1/users/${eve.userId}`, { name: 'Eve' });
    await owner.patch(`/v1/users/${eve.userId}`, { disabled: true });
    await owner.patch(`/v1/users/${eve.userId}`, { disabled: false });
    unlisten();
    expect(told).toEqual([ada.userId, ada.userId, eve.userId, eve.userId]);
  });
});

describe('GET /v1/me', () => {
  it('returns the caller and the caller’s permissions, without secrets', async () => {
    await put(owner, ada, 'viewer', { deny: ['webhooks:read'] });
    const { body } = await ada.get<{ user: unknown; workspaces: Record<string, unknown>[] }>('/v1/me');
    const profile = { id: ada.userId, email: 'ada@example.com', name: 'ada@example.com', isAdmin: false };
    expect(body.user).toEqual({ ...profile, mustChangePassword: false });
    const own = body.workspaces.find(({ id }) => id === workspace);
    expect(own).toMatchObject({ name: 'Operations', role: 'viewer' });
    expect(own?.['permissions']).not.toContain('webhooks:read');
  });
});
