import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { newId } from '../../platform/ids.js';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { dataSourceOptions } from '../../platform/database/data-source.js';
import { Database } from '../../platform/database/database.js';
import { migrate } from '../../platform/database/migrate.js';
import { Memberships } from '../members/memberships.js';
import './access.declarations.js';
import { Access } from './access.js';
import './user-channel.js';
import { defineChannelKind } from './define-channel-kind.js';

/** Counts its queries. */
class CountingDatabase extends Database {
  queries = 0;

  override async query<Row>(sql: string, parameters?: readonly unknown[]): Promise<Row[]> {
    this.queries++;
    return super.query<Row>(sql, parameters);
  }
}

defineChannelKind({
  noun: 'letter',
  owner: 'workspace',
  permission: 'members:read',
  restrictedPermission: 'audit:read',
});

const [ada, bob, gone] = [newId(), newId(), newId()];
const [first, second, foreign] = [newId(), newId(), newId()];
const [itsThing, foreignThing] = [newId(), newId()];

defineChannelKind({
  noun: 'thing',
  owner: 'workspace',
  permission: 'members:manage',
  workspacesOf: async (_reader, ids) =>
    new Map(
      [
        [itsThing, first],
        [foreignThing, foreign],
      ].filter(([id]) => id !== undefined && ids.includes(id)) as [string, string][],
    ),
  idsIn: async () => [itsThing, foreignThing],
});

let testDatabase: TestDatabase;
let dataSource: DataSource;
let database: CountingDatabase;
let access: Access;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  await migrate(testDatabase.url);
  dataSource = await new DataSource(dataSourceOptions(testDatabase.url, 2)).initialize();
  database = new CountingDatabase(dataSource);
  access = new Access(new Memberships(database), database);
  for (const [id, disabled] of [
    [ada, false],
    [bob, false],
    [gone, true],
  ] as const) {
    const email = `${id}@example.com`;
    await database.query('INSERT INTO users (id, email, name, password_hash, disabled) VALUES ($1, $2, $2, $3, $4)', [
      id,
      email,
      'none',
      disabled,
    ]);
  }
  for (const id of [first, second, foreign]) {
    await database.query('INSERT INTO workspaces (id, name) VALUES ($1, $2)', [id, `workspace ${id}`]);
  }
  await join(first, ada, 'admin');
  await join(second, ada, 'viewer', ['audit:read'], ['members:read']);
  await join(foreign, bob, 'owner');
  await join(first, gone, 'owner');
});

afterAll(async () => {
  await dataSource.destroy();
  await testDatabase.drop();
});

async function join(
  workspace: string,
  user: string,
  role: string,
  granted: string[] = [],
  denied: string[] = [],
): Promise<void> {
  await database.query(
    'INSERT INTO members (workspace_id, user_id, role, granted, denied) VALUES ($1, $2, $3, $4, $5)',
    [workspace, user, role, granted, denied],
  );
}

const principal = (userId: string) => ({ userId, isAdmin: true, expiresAt: Date.now() + 60_000 });

const readableBy = async (...[who, channels]: Parameters<Access['readableChannels']>): Promise<ReadonlySet<string>> =>
  new Set((await access.readableChannels(who, channels)).keys());

describe('the channels that a user may read', () => {
  it('are those whose permission the user has in their workspace, and the user’s own channel', async () => {
    const mine = [`workspace:${first}`, `thing:${itsThing}`, `user:${ada}`];
    const others = [
      `workspace:${second}`,
      `workspace:${foreign}`,
      `workspace:${newId()}`,
      `thing:${foreignThing}`,
      `thing:${newId()}`,
      `user:${bob}`,
    ];
    expect(await readableBy(principal(ada), [...mine, ...others])).toEqual(new Set(mine));
  });

  it('are found with one query for any number of channels', async () => {
    const channels = [first, second, foreign, ...Array.from({ length: 500 }, () => newId())].map(
      (id) => `workspace:${id}`,
    );
    database.queries = 0;
    expect(await readableBy(principal(ada), channels)).toEqual(new Set([`workspace:${first}`]));
    expect(database.queries).toBe(1);
  });

  it.each([
    '',
    'workspace',
    'workspace:',
    ':',
    'workspace:1',
    'unknown:ID',
    "workspace:ID' OR true",
    'workspace:ID:ID',
    ' workspace:ID',
    'constructor:ID',
    'WORKSPACE:ID',
  ])('do not include the malformed name "%s"', async (name) => {
    expect(await readableBy(principal(ada), [name.replaceAll('ID', first)])).toEqual(new Set());
  });

  it('do not include a name in upper case', async () => {
    expect(await readableBy(principal(ada), [`workspace:${first.toUpperCase()}`])).toEqual(new Set());
  });

  it('are none for a disabled user and for an unknown user', async () => {
    expect(await readableBy(principal(gone), [`workspace:${first}`, `user:${gone}`])).toEqual(new Set());
    const unknown = newId();
    expect(await readableBy(principal(unknown), [`workspace:${first}`, `user:${unknown}`])).toEqual(new Set());
    expect(await readableBy(principal('nonsense'), ['user:nonsense'])).toEqual(new Set());
  });
});

describe('the restricted fields of events', () => {
  it('are shown to readers with the permission of the kind of channel', async () => {
    const seen = async (userId: string, ...channels: string[]) =>
      [...(await access.readableChannels(principal(userId), channels)).values()].map((one) => one.seesRestricted);
    expect(await seen(ada, `letter:${first}`, `workspace:${first}`, `user:${ada}`)).toEqual([true, false, false]);
    const workspace = newId();
    await database.query(`INSERT INTO workspaces (id, name) VALUES ($1, 'with letters')`, [workspace]);
    await join(workspace, ada, 'member');
    await join(workspace, bob, 'viewer', ['audit:read']);
    expect(await seen(ada, `letter:${workspace}`)).toEqual([false]);
    expect(await seen(bob, `letter:${workspace}`)).toEqual([true]);
    await database.query('DELETE FROM workspaces WHERE id = $1', [workspace]);
  });

  it('are not shown to an API key without the scope', async () => {
    const key = { ...principal(ada), keyId: newId(), scopes: new Set(['members:read']) };
    const readable = await access.readableChannels(key, [`letter:${first}`]);
    expect(readable.get(`letter:${first}`)).toEqual({ seesRestricted: false });
  });
});

describe('permissions in a workspace', () => {
  it('are the effective ones for a member, and undefined for a non-member', async () => {
    expect(await access.permissionsIn(principal(ada), second)).toEqual(new Set(['audit:read']));
    expect(await access.permissionsIn(principal(bob), second)).toBeUndefined();
    expect(await access.permissionsIn(principal(gone), first)).toBeUndefined();
    expect(await access.permissionsIn(principal(ada), 'nonsense')).toBeUndefined();
  });

  it('change as soon as the member does', async () => {
    const workspace = newId();
    await database.query(`INSERT INTO workspaces (id, name) VALUES ($1, 'changing')`, [workspace]);
    await join(workspace, bob, 'admin');
    await expect(access.require(principal(bob), workspace, 'audit:read')).resolves.toBeUndefined();
    await database.query(`UPDATE members SET denied = '{audit:read}' WHERE workspace_id = $1`, [workspace]);
    await expect(access.require(principal(bob), workspace, 'audit:read')).rejects.toMatchObject({
      code: 'permission.denied',
    });
  });

  it('are required of administrators too, who cannot tell a foreign workspace from an unknown one', async () => {
    const refusal = { code: 'workspace.not-found' };
    await expect(access.require(principal(bob), first, 'members:read')).rejects.toMatchObject(refusal);
    await expect(access.require(principal(bob), newId(), 'members:read')).rejects.toMatchObject(refusal);
  });
});

describe('an API key', () => {
  const withScopes = (userId: string, ...scopes: string[]) => ({
    ...principal(userId),
    keyId: newId(),
    scopes: new Set(scopes),
  });

  it('has exactly those permissions of its user that its scopes name', async () => {
    const key = withScopes(ada, 'members:read', 'audit:read', 'no:such');
    expect(await access.permissionsIn(key, first)).toEqual(new Set(['audit:read', 'members:read']));
    expect(await access.permissionsIn(key, second)).toEqual(new Set(['audit:read']));
    await expect(access.require(key, second, 'members:read')).rejects.toMatchObject({ code: 'permission.denied' });
    await expect(access.require(key, first, 'members:manage')).rejects.toMatchObject({ code: 'permission.denied' });
    expect((await access.workspacesOf(key)).map(({ permissions }) => permissions)).toEqual([
      ['audit:read', 'members:read'],
      ['audit:read'],
    ]);
  });

  it('can read only channels whose permission is in its scopes', async () => {
    const channels = [`workspace:${first}`, `thing:${itsThing}`];
    expect(await readableBy(withScopes(ada, 'members:read'), channels)).toEqual(new Set([`workspace:${first}`]));
    expect(await readableBy(withScopes(ada), channels)).toEqual(new Set());
  });
});

describe('the workspaces of a user', () => {
  it('include the role and the effective permissions in each', async () => {
    expect(await access.workspacesOf(principal(ada))).toEqual([
      {
        id: first,
        name: `workspace ${first}`,
        role: 'admin',
        permissions: ['audit:read', 'members:manage', 'members:read', 'workspace:export'],
      },
      { id: second, name: `workspace ${second}`, role: 'viewer', permissions: ['audit:read'] },
    ]);
  });

  it('are none for a disabled user', async () => {
    expect(await access.workspacesOf(principal(gone))).toEqual([]);
  });
});
