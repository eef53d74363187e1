import { afterEach, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { ConfigError, loadConfig } from '../../src/platform/config/config.js';
import { migrate } from '../../src/platform/database/migrate.js';
import { sessionsAt } from '../../src/platform/database/sessions.js';
import { checkSessions } from '../../src/platform/health/check-backends.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { poolerInstalled, startPooler, type RunningPooler } from '../support/pooler.js';
import { ServerProcess, signInAsAdministrator } from '../support/server-process.js';
import { TestSocket } from '../support/socket.js';
import { deliveryOf, makeSource, post } from '../support/webhooks.js';

jest.setTimeout(120_000);
const cleanups: Array<() => Promise<void>> = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function behind(settings: Record<string, string>): Promise<{ database: TestDatabase; pooler: RunningPooler }> {
  const database = await createTestDatabase();
  cleanups.push(() => database.drop());
  const pooler = await startPooler(database.url, settings);
  cleanups.push(() => pooler.stop());
  return { database, pooler };
}

async function start(settings: Record<string, string>): Promise<ServerProcess> {
  const server = await ServerProcess.make({ NODE_ENV: 'test', DATABASE_POOL: '8', ...settings });
  cleanups.push(() => server.dispose());
  await server.start();
  return server;
}

async function expectToWork(server: ServerProcess): Promise<void> {
  await eventually(
    'the server is ready',
    async () => (await fetch(`${server.url}/health/ready`)).status === 200,
    15_000,
  );
  const { api, workspaceId } = await signInAsAdministrator(server.url);
  const source = await makeSource(api, workspaceId, { provider: 'open' });
  const socket = await TestSocket.connect(server.url, api.token);
  cleanups.push(async () => socket.cut());
  await socket.ask('subscribe', { channel: `webhooks:${workspaceId}` });
  for (let i = 0; i < 20; i++) {
    const { status, deliveryId } = await post(source.url, `sent as number ${i}`);
    expect(status).toBe(202);
    await socket.waitFor((frame) => frame.payload['deliveryId'] === deliveryId, 'the event arrives', 20_000);
    expect((await deliveryOf(api, workspaceId, deliveryId)).status).toBe('processed');
  }
}

async function heldLocks(url: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(
    `SELECT pid FROM pg_locks WHERE locktype = 'advisory'
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  await client.end();
  return rows;
}

describe('without a pooler', () => {
  it('a connection has a session of its own', async () => {
    const database = await createTestDatabase();
    cleanups.push(() => database.drop());
    expect(await sessionsAt(database.url)).toBe('own');
  });

  it('a start waits for the migration of another process and logs which process', async () => {
    const database = await createTestDatabase();
    cleanups.push(() => database.drop());
    const other = new pg.Client({ connectionString: database.url, application_name: 'an older release' });
    other.on('error', () => undefined);
    await other.connect();
    cleanups.push(() => other.end());
    await other.query('SELECT pg_advisory_lock($1, $2)', [0x7469_6469, 0x6e67_73]);
    const lines: string[] = [];
    const migrated = migrate(database.url, (line) => void lines.push(line));
    await eventually('the wait is logged', () => lines.length > 0);
    expect(lines).toEqual([expect.stringMatching(/another process's migration.*process \d+ \(an older release, idle/)]);
    await other.query('SELECT pg_advisory_unlock($1, $2)', [0x7469_6469, 0x6e67_73]);
    await migrated;
    expect(await heldLocks(database.url)).toEqual([]);
  });
});

(poolerInstalled ? describe : describe.skip)('behind a pooler in session mode', () => {
  it.each([
    ['that ignores start parameters', { ignore_startup_parameters: 'options,statement_timeout,extra_float_digits' }],
    ['that refuses start parameters', {}],
    ['with the default number of sessions', { default_pool_size: '20' }],
  ])('%s, a process receives, processes and delivers webhooks', async (_what, settings) => {
    const { pooler } = await behind({ pool_mode: 'session', ...settings });
    expect(await sessionsAt(pooler.url)).toBe('own');
    await expectToWork(await start({ DATABASE_URL: pooler.url }));
  });
});

(poolerInstalled ? describe : describe.skip)('behind a pooler in transaction mode', () => {
  const TRANSACTION = { pool_mode: 'transaction', ignore_startup_parameters: 'options,statement_timeout' };

  it.each(['0', '1'])('sessions are detected as shared (server_round_robin %s)', async (server_round_robin) => {
    const { pooler } = await behind({ ...TRANSACTION, server_round_robin });
    const idle = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const client = new pg.Client({ connectionString: pooler.url });
        await client.connect();
        await client.query('SELECT pg_sleep(0.1)');
        return client;
      }),
    );
    for (let i = 0; i < 5; i++) expect(await sessionsAt(pooler.url)).toBe('shared');
    await Promise.all(idle.map((client) => client.end()));
  });

  it('a start fails with an error that names the pooler and leaves no lock', async () => {
    const { pooler, database } = await behind(TRANSACTION);
    await expect(start({ DATABASE_URL: pooler.url })).rejects.toThrow(
      /DATABASE_URL: points to a connection pooler in transaction mode.*DATABASE_DIRECT_URL/,
    );
    expect(await heldLocks(database.url)).toEqual([]);
    await expectToWork(await start({ DATABASE_URL: database.url }));
  });

  it('a migration leaves no lock', async () => {
    const { pooler, database } = await behind(TRANSACTION);
    await migrate(pooler.url);
    expect(await heldLocks(database.url)).toEqual([]);
    await migrate(database.url);
  });

  it('a process works with DATABASE_DIRECT_URL and few sessions', async () => {
    const { pooler, database } = await behind({ ...TRANSACTION, default_pool_size: '4' });
    await expectToWork(await start({ DATABASE_URL: pooler.url, DATABASE_DIRECT_URL: database.url }));
  });

  it('the pooler is refused as DATABASE_DIRECT_URL', async () => {
    const { pooler } = await behind(TRANSACTION);
    const config = loadConfig({ DATABASE_URL: pooler.url, DATABASE_DIRECT_URL: pooler.url, DATA_DIR: '/tmp' });
    const checked = checkSessions(config, pooler.url);
    await expect(checked).rejects.toThrow(ConfigError);
    await expect(checked).rejects.toThrow('DATABASE_DIRECT_URL: points to');
  });
});
