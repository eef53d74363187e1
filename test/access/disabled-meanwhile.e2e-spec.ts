import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { type Answer, type Api, signUp } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { eventually } from '../support/eventually.js';

let tidings: RunningTidings;
let admin: Api;
let ws: string;
let other: Api;
/** A concurrent transaction. */
let database: pg.Client;

beforeAll(async () => {
  tidings = await startTidings();
  ({ api: admin, workspaceId: ws } = tidings);
  other = await signUp(admin, 'other@example.com');
  await admin.put(`/v1/workspaces/${ws}/members/${other.userId}`, { role: 'viewer' });
  await admin.post(`/v1/workspaces/${ws}/roles`, { name: 'watcher', permissions: ['tasks:read'] });
  database = new pg.Client({ connectionString: tidings.databaseUrl });
  await database.connect();
});
afterAll(async () => {
  await database?.end();
  await tidings?.stop();
});

const EXPIRES = new Date(Date.now() + 86_400_000).toISOString();

const CALLS: Record<string, (by: Api) => Promise<Answer>> = {
  'changes a member': (by) => by.put(`/v1/workspaces/${ws}/members/${other.userId}`, { role: 'member' }),
  'removes a member': (by) => by.delete(`/v1/workspaces/${ws}/members/${other.userId}`),
  'makes a role': (by) => by.post(`/v1/workspaces/${ws}/roles`, { name: 'made', permissions: ['tasks:read'] }),
  'changes a role': (by) => by.patch(`/v1/workspaces/${ws}/roles/watcher`, { permissions: [] }),
  'deletes a role': (by) => by.delete(`/v1/workspaces/${ws}/roles/watcher`),
  'makes a user': (by) => by.post('/v1/users', { email: 'made@example.com', password: 'a long pass phrase' }),
  'makes a workspace': (by) => by.post('/v1/workspaces', { name: 'made' }),
  'makes a source': (by) => by.post(`/v1/workspaces/${ws}/sources`, { name: 'made', provider: 'open', secrets: [] }),
  'has a delivery processed again': (by) => by.post(`/v1/workspaces/${ws}/deliveries/replay`, {}),
  'has events sent to an address': (by) =>
    by.post(`/v1/workspaces/${ws}/endpoints`, { name: 'made', url: 'https://1.1.1.1/', eventTypes: [] }),
  'makes an API key': (by) => by.post('/v1/api-keys', { name: 'made', scopes: ['tasks:read'], expiresAt: EXPIRES }),
};

/** Waits until the call is blocked by the change or has finished, and then commits the change. */
async function during(change: string, id: string, call: () => Promise<Answer>): Promise<Answer> {
  await database.query('BEGIN');
  await database.query(change, [id]);
  let answered = false;
  const answer = call().finally(() => (answered = true));
  await eventually('the call waits or has finished', async () => {
    const { rows } = await database.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return answered || rows.length > 0;
  });
  await database.query('COMMIT');
  return answer;
}

describe('a user who is disabled during the call', () => {
  it.each(Object.keys(CALLS))('no longer %s', async (what) => {
    const caller = await signUp(admin, `${what.replaceAll(' ', '-')}@example.com`.toLowerCase());
    await admin.patch(`/v1/users/${caller.userId}`, { isAdmin: true });
    await admin.put(`/v1/workspaces/${ws}/members/${caller.userId}`, { role: 'admin' });
    const { status } = await during(
      'UPDATE users SET disabled = true WHERE id = $1',
      caller.userId,
      async () => (await CALLS[what]?.(caller)) ?? (await caller.get('/v1/me')),
    );
    expect([403, 404]).toContain(status);
  });
});

it('a user who is deleted during the call is treated as a non-member, without a server error', async () => {
  const goes = await signUp(admin, 'goes@example.com');
  const answer = await during('DELETE FROM users WHERE id = $1', goes.userId, () =>
    admin.put(`/v1/workspaces/${ws}/members/${goes.userId}`, { role: 'viewer' }),
  );
  expect(answer).toMatchObject({ status: 404, body: { code: 'user.not-found' } });
});
