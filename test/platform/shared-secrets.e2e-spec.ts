import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { startTidings, type RunningTidings } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { makeSource } from '../support/webhooks.js';

const key = (fill: number): string => Buffer.alloc(32, fill).toString('base64');
const [A, B] = [key(1), key(2)];
const JWT = 'the secret of all processes, long enough';

let database: TestDatabase;
let client: pg.Client;
const running: RunningTidings[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((tidings) => tidings.stop()));
  await client.query('DELETE FROM shared_secrets');
  await client.query('DELETE FROM sources');
});

afterAll(async () => {
  await client.end();
  await database.drop();
});

async function start(settings: Record<string, string>): Promise<RunningTidings> {
  const defaults = { DATABASE_URL: database.url, NODE_ENV: 'test', SECRETS_KEY: A, JWT_SECRET: JWT };
  const tidings = await startTidings({ ...defaults, ...settings });
  running.push(tidings);
  return tidings;
}

/** @returns the detail of the readiness problem; undefined for a ready process */
async function fault({ url }: RunningTidings): Promise<string | undefined> {
  const response = await fetch(`${url}/health/ready`);
  const { detail } = (await response.json()) as { detail?: string };
  return response.status === 503 ? detail : undefined;
}

const expireUsage = () => client.query(`UPDATE shared_secrets SET used_at = now() - interval '1 minute'`);

describe('a process whose secrets differ from those of the other processes', () => {
  it.each([
    ['SECRETS_KEY', { SECRETS_KEY: B }],
    ['JWT_SECRET', { JWT_SECRET: 'another secret than that of the others' }],
  ])('is not ready and names %s', async (name, settings) => {
    const first = await start({});
    const second = await start({ ...settings, ROLE: 'gateway' });
    expect(await fault(second)).toBe(name);
    expect(await fault(first)).toBeUndefined();
  });

  it('is ready when both processes know both keys, in either order', async () => {
    const first = await start({ SECRETS_KEY: A, SECRETS_KEY_PREVIOUS: B });
    const second = await start({ SECRETS_KEY: B, SECRETS_KEY_PREVIOUS: A });
    expect([await fault(first), await fault(second)]).toEqual([undefined, undefined]);
    const third = await start({ SECRETS_KEY: B });
    expect(await fault(third)).toBeUndefined();
  });

  it('is exactly one of two processes that start at the same time', async () => {
    const both = await Promise.all([
      start({ SECRETS_KEY: A, ROLE: 'gateway' }),
      start({ SECRETS_KEY: B, ROLE: 'gateway' }),
    ]);
    const faults = await Promise.all(both.map(fault));
    expect(faults.toSorted()).toEqual(['SECRETS_KEY', undefined]);
  });

  it('is not ready without a stored check value when it cannot decrypt a stored secret', async () => {
    const first = await start({});
    const workspace = await first.api.post<{ id: string }>('/v1/workspaces', { name: 'with a secret' });
    await makeSource(first.api, workspace.body.id, { provider: 'github' });
    await first.stop();
    running.length = 0;
    await client.query('DELETE FROM shared_secrets');
    const second = await start({ SECRETS_KEY: B, ROLE: 'gateway' });
    expect(await fault(second)).toBe('SECRETS_KEY');
    const third = await start({ ROLE: 'gateway' });
    expect(await fault(third)).toBeUndefined();
  });

  it('is ready when no process uses the old JWT_SECRET any more', async () => {
    await start({});
    await running.pop()?.stop();
    await expireUsage();
    const next = await start({ JWT_SECRET: 'a secret that replaces the one before', ROLE: 'gateway' });
    expect(await fault(next)).toBeUndefined();
  });
});
