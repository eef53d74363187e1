import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, renameSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres/embedded-postgres.js';
import { readPidFile } from '../../src/platform/embedded-postgres/pid-file.js';
import { isPidAlive } from '../../src/platform/embedded-postgres/process-marks.js';
import { freePort } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { ServerProcess, signInAsAdministrator } from '../support/server-process.js';

const READY_MS = 30_000;
const EXIT_MS = 30_000;
jest.setTimeout(240_000);

const servers: ServerProcess[] = [];
const cleanups: Array<() => Promise<unknown> | void> = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  for (const server of servers.splice(0)) await server.dispose();
});

async function startServer(settings: Record<string, string> = {}): Promise<ServerProcess> {
  const server = await ServerProcess.make(settings);
  servers.push(server);
  await server.start();
  return server;
}

const dataOf = ({ dataDir }: ServerProcess): string => join(dataDir, 'postgres/data');

function postmasterOf(server: ServerProcess): { pid: number; port: number } {
  const file = readPidFile(dataOf(server));
  if (file === undefined) throw new Error('postmaster.pid does not exist.');
  return file;
}

const readiness = async ({ url }: ServerProcess): Promise<number | undefined> =>
  (await fetch(`${url}/health/ready`).catch(() => undefined))?.status;

/** Kills PostgreSQL like the OOM killer does. Resolves when it runs again and all these servers are ready. */
async function killPostmaster(...users: ServerProcess[]): Promise<void> {
  const [server] = users;
  if (server === undefined) throw new Error('A server is needed.');
  const { pid } = postmasterOf(server);
  process.kill(pid, 'SIGKILL');
  await eventually('PostgreSQL runs again', () => (readPidFile(dataOf(server))?.pid ?? pid) !== pid, READY_MS);
  await Promise.all(users.map(waitUntilReady));
}

async function waitUntilReady(server: ServerProcess): Promise<void> {
  await eventually('the server is ready again', async () => (await readiness(server)) === 200, READY_MS);
}

async function expectToAcceptWebhooks(server: ServerProcess): Promise<void> {
  const { api, workspaceId } = await signInAsAdministrator(server.url);
  const source = await api.post(`/v1/workspaces/${workspaceId}/sources`, { name: 'Any', provider: 'open' });
  const answer = await fetch(String(source.body['url']), { method: 'POST', body: `hello ${Math.random()}` });
  expect(answer.status).toBe(202);
  const { deliveryId } = (await answer.json()) as { deliveryId: string };
  await eventually(
    'the webhook is processed',
    async () =>
      (await api.get(`/v1/workspaces/${workspaceId}/deliveries/${deliveryId}`)).body['status'] === 'processed',
    60_000,
  );
}

async function expectToExit(server: ServerProcess, reason: RegExp): Promise<void> {
  const code = await eventually('the process exits', () => !server.isRunning && { code: server.exitCode }, EXIT_MS);
  expect(code).toEqual({ code: 1 });
  expect(server.printed).toMatch(reason);
}

describe('the embedded PostgreSQL', () => {
  it('restarts on its port after kill -9, and webhooks are processed again', async () => {
    const server = await startServer();
    const before = postmasterOf(server);
    for (let time = 0; time < 2; time++) {
      await killPostmaster(server);
      await expectToAcceptWebhooks(server);
    }
    expect(postmasterOf(server)).toMatchObject({ port: before.port });
    expect(postmasterOf(server).pid).not.toBe(before.pid);
  });

  it('recovers by itself after one of its backends is killed', async () => {
    const server = await startServer();
    const cluster = await startEmbeddedPostgres({ dataDir: server.dataDir });
    const client = new pg.Client({ connectionString: cluster.url });
    client.on('error', () => undefined);
    await client.connect();
    const { rows } = await client.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'tidings%' LIMIT 1`,
    );
    const { pid } = postmasterOf(server);
    process.kill(rows[0]?.pid ?? 0, 'SIGKILL');
    await client.end().catch(() => undefined);
    await cluster.stop();
    await eventually('the server is ready again', async () => (await readiness(server)) === 200, READY_MS);
    await expectToAcceptWebhooks(server);
    expect(postmasterOf(server).pid).toBe(pid);
    expect(server.isRunning).toBe(true);
  });

  it('is restarted by one of two processes that use it, and both keep running', async () => {
    const first = await startServer();
    const second = await ServerProcess.make({ DATA_DIR: first.dataDir });
    await second.start();
    cleanups.push(() => second.terminate());
    await killPostmaster(first, second);
    await eventually('both servers have reconnected', () =>
      [first, second].every(({ printed }) => /is running again/.test(printed)),
    );
    const starts = [first, second].filter(({ printed }) => /is running again\.$/m.test(printed));
    const finds = [first, second].filter(({ printed }) => /another process started it/.test(printed));
    expect([starts.length, finds.length]).toEqual([1, 1]);
    await expectToAcceptWebhooks(second);
  });

  it('makes the process exit with an error when another process takes its port', async () => {
    const server = await startServer();
    const { pid, port } = postmasterOf(server);
    process.kill(pid, 'SIGKILL');
    await eventually('another server listens on the port', async () => {
      const squatter = createServer((socket) => socket.destroy());
      const listens = await Promise.race([
        once(squatter.listen(port, '127.0.0.1'), 'listening').then(() => true),
        once(squatter, 'error').then(() => false),
      ]).catch(() => false);
      if (listens) cleanups.push(() => void squatter.close());
      return listens;
    });
    await expectToExit(server, /could not bind|did not start/);
  });

  it('makes the process exit with an error when its files are missing, without creating an empty database', async () => {
    const server = await startServer();
    const data = dataOf(server);
    const { pid } = postmasterOf(server);
    renameSync(data, `${data}-elsewhere`);
    process.kill(pid, 'SIGKILL');
    await expectToExit(server, /no longer exists/);
    expect(existsSync(data)).toBe(false);
    renameSync(`${data}-elsewhere`, data);
  });
});

describe('a server started by npm', () => {
  async function startByNpm() {
    const holder = await ServerProcess.make();
    servers.push(holder);
    const port = await freePort();
    const npm = spawn('npm', ['run', 'start:prod'], {
      cwd: join(import.meta.dirname, '../..'),
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        HOST: '127.0.0.1',
        PORT: String(port),
        DATA_DIR: holder.dataDir,
      },
      stdio: 'ignore',
      // A process group of its own, like a command in a terminal.
      detached: true,
    });
    const url = `http://127.0.0.1:${port}/health/live`;
    await eventually('the server is live', async () => (await fetch(url).catch(() => undefined))?.ok, READY_MS);
    return { npm, url, postmaster: postmasterOf(holder).pid };
  }

  it.each([
    ['npm alone gets SIGTERM', 'SIGTERM', 'npm'],
    ['npm alone gets SIGHUP', 'SIGHUP', 'npm'],
    ['npm alone gets SIGKILL', 'SIGKILL', 'npm'],
    ['the process group gets SIGINT, as with Ctrl-C,', 'SIGINT', 'group'],
  ] as const)('exits with its database when %s', async (_what, signal, to) => {
    const { npm, url, postmaster } = await startByNpm();
    const pid = npm.pid ?? 0;
    process.kill(to === 'npm' ? pid : -pid, signal);
    await eventually(
      'the server has exited',
      async () => (await fetch(url).catch(() => undefined)) === undefined,
      15_000,
    );
    await eventually('its database has exited', () => !isPidAlive(postmaster), 15_000);
  });
});

describe('a server that gets SIGTERM while it starts', () => {
  it('leaves no database running', async () => {
    const server = await ServerProcess.make();
    servers.push(server);
    const started = server.start().catch(() => undefined);
    const { pid } = await eventually(
      'PostgreSQL runs',
      () => {
        const file = readPidFile(dataOf(server));
        return file !== undefined && file.port > 0 && file;
      },
      60_000,
    );
    await server.terminate();
    await started;
    await eventually('PostgreSQL has exited', () => !isPidAlive(pid), 15_000);
  });
});
