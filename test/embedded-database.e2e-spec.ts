import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, renameSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../src/platform/embedded-postgres/embedded-postgres.js';
import { readPidFile } from '../src/platform/embedded-postgres/pid-file.js';
import { isPidAlive } from '../src/platform/embedded-postgres/process-marks.js';
import { freePort } from './support/app.js';
import { eventually } from './support/eventually.js';
import { ServerProcess, signInAsAdministrator } from './support/server-process.js';

const READY_MS = 30_000;
const GIVEN_UP_MS = 30_000;
jest.setTimeout(120_000);

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
  if (file === undefined) throw new Error('There is no postmaster.pid.');
  return file;
}

const readiness = async ({ url }: ServerProcess): Promise<number | undefined> =>
  (await fetch(`${url}/health/ready`).catch(() => undefined))?.status;

/** kill -9, as the OOM killer does. @returns when PostgreSQL runs again and all of these servers are ready */
async function killPostmaster(...users: ServerProcess[]): Promise<void> {
  const [server] = users;
  if (server === undefined) throw new Error('There is no server.');
  const { pid } = postmasterOf(server);
  process.kill(pid, 'SIGKILL');
  await eventually('PostgreSQL runs again', () => (readPidFile(dataOf(server))?.pid ?? pid) !== pid, READY_MS);
  await Promise.all(users.map(readyAgain));
}

async function readyAgain(server: ServerProcess): Promise<void> {
  await eventually('the server is ready again', async () => (await readiness(server)) === 200, READY_MS);
}

async function acceptsWebhooks(server: ServerProcess): Promise<void> {
  const { api, workspaceId } = await signInAsAdministrator(server.url);
  const source = await api.post(`/v1/workspaces/${workspaceId}/sources`, { name: 'Any', provider: 'open' });
  const taken = await fetch(String(source.body['url']), { method: 'POST', body: `hello ${Math.random()}` });
  expect(taken.status).toBe(202);
  const { deliveryId } = (await taken.json()) as { deliveryId: string };
  await eventually(
    'the webhook is processed',
    async () =>
      (await api.get(`/v1/workspaces/${workspaceId}/deliveries/${deliveryId}`)).body['status'] === 'processed',
    60_000,
  );
}

async function expectToGiveUp(server: ServerProcess, reason: RegExp): Promise<void> {
  const code = await eventually('the process ends', () => !server.isRunning && { code: server.exitCode }, GIVEN_UP_MS);
  expect(code).toEqual({ code: 1 });
  expect(server.printed).toMatch(reason);
}

describe('the embedded PostgreSQL', () => {
  it('is started again on its port after kill -9, and everything works again', async () => {
    const server = await startServer();
    const before = postmasterOf(server);
    for (let time = 0; time < 2; time++) {
      await killPostmaster(server);
      await acceptsWebhooks(server);
    }
    expect(postmasterOf(server)).toMatchObject({ port: before.port });
    expect(postmasterOf(server).pid).not.toBe(before.pid);
  });

  it('is back by itself after one of its backends is killed', async () => {
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
    await acceptsWebhooks(server);
    expect(postmasterOf(server).pid).toBe(pid);
    expect(server.isRunning).toBe(true);
  });

  it('is started by one of two processes that use it, and both go on', async () => {
    const first = await startServer();
    const second = await ServerProcess.make({ DATA_DIR: first.dataDir });
    await second.start();
    cleanups.push(() => second.terminate());
    await killPostmaster(first, second);
    await eventually('both have found it', () =>
      [first, second].every(({ printed }) => /is running again/.test(printed)),
    );
    const starts = [first, second].filter(({ printed }) => /is running again\.$/m.test(printed));
    const finds = [first, second].filter(({ printed }) => /another process has started it/.test(printed));
    expect([starts.length, finds.length]).toEqual([1, 1]);
    await acceptsWebhooks(second);
  });

  it('ends the process with an error when its port is taken meanwhile', async () => {
    const server = await startServer();
    const { pid, port } = postmasterOf(server);
    process.kill(pid, 'SIGKILL');
    await eventually('the port is free and taken', async () => {
      const squatter = createServer((socket) => socket.destroy());
      const listens = await Promise.race([
        once(squatter.listen(port, '127.0.0.1'), 'listening').then(() => true),
        once(squatter, 'error').then(() => false),
      ]).catch(() => false);
      if (listens) cleanups.push(() => void squatter.close());
      return listens;
    });
    await expectToGiveUp(server, /could not bind|did not start/);
  });

  it('ends the process with an error when its files are gone, and makes no empty database in their place', async () => {
    const server = await startServer();
    const data = dataOf(server);
    const { pid } = postmasterOf(server);
    renameSync(data, `${data}-elsewhere`);
    process.kill(pid, 'SIGKILL');
    await expectToGiveUp(server, /is gone/);
    expect(existsSync(data)).toBe(false);
    renameSync(`${data}-elsewhere`, data);
  });
});

describe('a server that npm runs', () => {
  async function startByNpm() {
    const holder = await ServerProcess.make();
    servers.push(holder);
    const port = await freePort();
    const npm = spawn('npm', ['run', 'start:prod'], {
      cwd: join(import.meta.dirname, '..'),
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        HOST: '127.0.0.1',
        PORT: String(port),
        DATA_DIR: holder.dataDir,
      },
      stdio: 'ignore',
      // A process group of its own, as a terminal gives each command.
      detached: true,
    });
    const url = `http://127.0.0.1:${port}/health/live`;
    await eventually('it is there', async () => (await fetch(url).catch(() => undefined))?.ok, READY_MS);
    return { npm, url, postmaster: postmasterOf(holder).pid };
  }

  it.each([
    ['npm alone gets SIGTERM', 'SIGTERM', 'npm'],
    ['npm alone gets SIGHUP', 'SIGHUP', 'npm'],
    ['npm alone gets SIGKILL', 'SIGKILL', 'npm'],
    ['somebody presses Ctrl-C', 'SIGINT', 'group'],
  ] as const)('ends with its database when %s', async (_what, signal, to) => {
    const { npm, url, postmaster } = await startByNpm();
    const pid = npm.pid ?? 0;
    process.kill(to === 'npm' ? pid : -pid, signal);
    await eventually('the server is gone', async () => (await fetch(url).catch(() => undefined)) === undefined, 15_000);
    await eventually('its database is gone', () => !isPidAlive(postmaster), 15_000);
  });
});

describe('a server that is told to end while it starts', () => {
  it('leaves no database behind', async () => {
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
    await eventually('PostgreSQL is gone', () => !isPidAlive(pid), 15_000);
  });
});
