import { spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { makeCheckout, packageIn, startApp } from '../../../test/support/embedded-app.js';
import { startEmbeddedPostgres } from './embedded-postgres.js';
import { readPidFile } from './pid-file.js';
import { isPidAlive } from './process-marks.js';
import { isRoot } from './system-user.js';

/** A checkout and a cluster that tests share: an initdb per test would take most of the time. */
const kept = openTemporary('kept');
const keptCheckout = join(kept, 'checkout');
const keptCluster = join(kept, 'data');

let directory: string;
let dataDir: string;
let checkout: string;
let reachableDir: string;
const started: { kill(): Promise<void> }[] = [];

beforeAll(async () => {
  makeCheckout(keptCheckout);
  await (await startEmbeddedPostgres({ dataDir: keptCluster })).stop();
});
afterAll(() => rmSync(kept, { recursive: true, force: true }));

beforeEach(() => {
  directory = openTemporary('one');
  dataDir = join(directory, 'data');
  checkout = keptCheckout;
  reachableDir = join(directory, 'reachable');
});

afterEach(async () => {
  await Promise.all(started.splice(0).map((app) => app.kill()));
  for (const home of homes()) killServer(home);
  rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

describe('startEmbeddedPostgres', () => {
  it('creates a durable database on loopback at the first start', async () => {
    const database = await startEmbeddedPostgres({ dataDir });
    expect(database).toMatchObject({ adopted: false, dataDir: join(dataDir, 'postgres') });
    expect(await ask(database.url, 'select current_database() as answer')).toBe('tidings');
    expect(await ask(database.url, `select current_setting('listen_addresses') as answer`)).toBe('127.0.0.1');
    expect(await ask(database.url, `select current_setting('unix_socket_directories') as answer`)).toBe('');
    expect(await ask(database.url, `select current_setting('fsync') as answer`)).toBe('on');
    expect(await ask(database.url, `select current_setting('synchronous_commit') as answer`)).toBe('on');
    expect(statSync(join(database.dataDir, 'password')).mode & 0o777).toBe(0o600);
    await database.stop();
  });

  it('keeps data, password and directory across restarts', async () => {
    const first = await startEmbeddedPostgres({ dataDir });
    await ask(first.url, 'create table kept as select 42 as answer');
    await first.stop();
    expect(readPidFile(join(first.dataDir, 'data'))).toBeUndefined();
    const second = await startEmbeddedPostgres({ dataDir });
    expect(second.adopted).toBe(false);
    expect(await ask(second.url, 'select answer from kept')).toBe(42);
    await second.stop();
  });

  it('rejects a wrong password', async () => {
    dataDir = keptCluster;
    const database = await startEmbeddedPostgres({ dataDir });
    const url = new URL(database.url);
    url.password = 'guess';
    await expect(ask(url.href, 'select 1 as answer')).rejects.toThrow('password authentication failed');
    await database.stop();
  });

  it('stops once for several calls of stop', async () => {
    dataDir = keptCluster;
    const database = await startEmbeddedPostgres({ dataDir });
    await Promise.all([database.stop(), database.stop()]);
    await expect(database.stop()).resolves.toBeUndefined();
  });

  it('reports a failed start with the server log', async () => {
    dataDir = keptCluster;
    const start = startEmbeddedPostgres({ dataDir, settings: { work_mem: 'many' } });
    await expect(start).rejects.toThrow(/did not start .*invalid value for parameter "work_mem": "many"/s);
  });

  it('replaces a pid file whose pid another program of the same user has reused', async () => {
    dataDir = keptCluster;
    const first = await startEmbeddedPostgres({ dataDir });
    await first.stop();
    const { uid, gid } = statSync(join(first.dataDir, 'data'));
    const stranger = spawn('sleep', ['60'], { uid, gid, cwd: '/' });
    writeFileSync(join(first.dataDir, 'data/postmaster.pid'), `${stranger.pid}\n/gone\n1\n1\n\n127.0.0.1\n\n`);
    const second = await startEmbeddedPostgres({ dataDir });
    expect(await ask(second.url, 'select 1 as answer')).toBe(1);
    await second.stop();
    stranger.kill();
  });
});

describe('after a kill -9', () => {
  it('of the application, the next start adopts the server and finally stops it', async () => {
    dataDir = keptCluster;
    const app = run();
    const killed = await app.ready();
    await app.kill();
    const next = await startEmbeddedPostgres({ dataDir });
    expect(next).toMatchObject({ adopted: true, url: killed.url });
    expect(await ask(next.url, 'select 1 as answer')).toBe(1);
    await next.stop();
    await expect(ask(killed.url, 'select 1 as answer')).rejects.toThrow('ECONNREFUSED');
  });

  it('of the application and a busy server, an immediate start recovers committed data', async () => {
    dataDir = keptCluster;
    const app = run();
    const killed = await app.ready();
    await ask(killed.url, 'create table committed as select 42 as answer');
    // This backend is busy for a second: it outlives its server and keeps the shared memory.
    const busy = ask(killed.url, 'select count(*) as answer from generate_series(1, 5000000)').catch(() => 'cut off');
    await poll(async () => (await activeQueries(killed.url)) > 1);
    killServer(killed.dataDir);
    await app.kill();
    const next = await startEmbeddedPostgres({ dataDir });
    expect(next.adopted).toBe(false);
    expect(await ask(next.url, 'select answer from committed')).toBe(42);
    await next.stop();
    await busy;
  });

  it('during the first initdb, the next start creates a new cluster', async () => {
    const app = run();
    const home = join(dataDir, 'postgres');
    await poll(() => existsSync(home) && readdirSync(home).some((name) => isHalfMade(join(home, name))));
    await app.kill();
    expect(existsSync(join(home, 'data'))).toBe(false);
    const next = await startEmbeddedPostgres({ dataDir });
    expect(await ask(next.url, 'select 1 as answer')).toBe(1);
    await next.stop();
  });
});

describe('two applications on one data directory', () => {
  it('share one server when both start first', async () => {
    const [one, other] = await Promise.all([run().ready(), run().ready()]);
    expect(one.url).toBe(other.url);
    expect(one.adopted).toBe(!other.adopted);
    expect(await ask(other.url, 'select 1 as answer')).toBe(1);
  });

  it.each(['starter', 'adopter'])(
    'keep the server until both have stopped, even if the %s stops first',
    async (first) => {
      dataDir = keptCluster;
      const starter = run();
      const { url } = await starter.ready();
      const adopter = run();
      expect((await adopter.ready()).adopted).toBe(true);
      const [leaves, stays] = first === 'starter' ? [starter, adopter] : [adopter, starter];
      await leaves.terminate();
      expect(await ask(url, 'select 1 as answer')).toBe(1);
      await stays.terminate();
      await expect(ask(url, 'select 1 as answer')).rejects.toThrow('ECONNREFUSED');
    },
  );

  it('stop the server when the last one ends after the other was killed', async () => {
    dataDir = keptCluster;
    const starter = run();
    const { url } = await starter.ready();
    const adopter = run();
    await adopter.ready();
    await starter.kill();
    await adopter.terminate();
    await expect(ask(url, 'select 1 as answer')).rejects.toThrow('ECONNREFUSED');
  });
});

describe('without write access to node_modules', () => {
  it(`uses a copy of an incomplete installation (${isRoot() ? 'as root: run as nobody' : 'run as the current user'})`, async () => {
    checkout = join(directory, 'checkout');
    makeCheckout(checkout);
    chmodSync(join(packageIn(checkout), 'native/lib'), 0o555);
    mkdirSync(dataDir);
    chmodSync(dataDir, 0o777);
    const node = join(checkout, 'node');
    cpSync(process.execPath, node);
    const app = run(isRoot() ? { uid: 65534, node } : {});
    const { url, logs } = await app.ready();
    expect(logs.join()).toMatch(/programs run from a copy in .*\/data\/postgres\/postgres-18/);
    expect(await ask(url, 'select 1 as answer')).toBe(1);
    await app.terminate();
    chmodSync(join(packageIn(checkout), 'native/lib'), 0o755);
  });
});

if (isRoot()) {
  describe('as root, with directories that the PostgreSQL user cannot access', () => {
    it('uses copies of the programs and the data directory, logs their place, and reuses them', async () => {
      checkout = join(directory, 'checkout');
      makeCheckout(checkout);
      chmodSync(checkout, 0o700);
      dataDir = join(checkout, '.tidings');
      const app = run();
      const first = await app.ready();
      expect(first.dataDir).toMatch(new RegExp(`^${reachableDir}/data-[0-9a-f]{12}$`));
      expect(first.logs).toEqual([
        expect.stringMatching(`database is kept in ${first.dataDir}, because`),
        expect.stringMatching(`programs run from a copy in ${reachableDir}/postgres-18`),
      ]);
      await ask(first.url, 'create table kept as select 42 as answer');
      await app.terminate();
      const copied = readdirSync(reachableDir);

      const second = await run().ready();
      expect(second).toMatchObject({ dataDir: first.dataDir, logs: first.logs });
      expect(await ask(second.url, 'select answer from kept')).toBe(42);
      expect(readdirSync(reachableDir)).toEqual(copied);
    });

    it('moves an existing cluster and keeps its new place after access is restored', async () => {
      const parent = join(directory, 'home');
      dataDir = join(parent, '.tidings');
      const before = await startEmbeddedPostgres({ dataDir, reachableDir });
      await ask(before.url, 'create table kept as select 42 as answer');
      await before.stop();
      for (const mode of [0o700, 0o755]) {
        chmodSync(parent, mode);
        const after = await startEmbeddedPostgres({ dataDir, reachableDir });
        expect(after.dataDir).toContain(reachableDir);
        expect(await ask(after.url, 'select answer from kept')).toBe(42);
        await after.stop();
      }
    });

    it('rejects a user that does not exist', async () => {
      const start = startEmbeddedPostgres({ dataDir, runAsUser: 'no-such-user' });
      await expect(start).rejects.toThrow('"no-such-user" is not an unprivileged user');
    });

    it('runs the server as the requested user', async () => {
      const database = await startEmbeddedPostgres({ dataDir, runAsUser: 'nobody' });
      expect(statSync(join(database.dataDir, 'data')).uid).toBe(65534);
      await database.stop();
    });
  });
} else {
  describe('not as root', () => {
    it('runs the server as the current user in a private directory', async () => {
      chmodSync(directory, 0o700);
      const database = await startEmbeddedPostgres({ dataDir });
      expect(statSync(join(database.dataDir, 'data')).uid).toBe(process.getuid?.());
      await database.stop();
    });
  });
}

/** Accessible to the PostgreSQL user when tests run as root: mkdtemp allows only the owner. */
function openTemporary(name: string): string {
  const path = mkdtempSync(join(tmpdir(), `embedded-postgres-${name}-`));
  chmodSync(path, 0o755);
  return path;
}

function run(how?: { uid?: number; node?: string }) {
  const app = startApp(checkout, { dataDir, reachableDir }, how);
  started.push(app);
  return app;
}

async function ask(url: string, statement: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows } = await client.query<{ answer: unknown }>(statement);
    return rows[0]?.answer;
  } finally {
    await client.end().catch(() => {});
  }
}

async function activeQueries(url: string): Promise<number> {
  return Number(await ask(url, `select count(*) as answer from pg_stat_activity where state = 'active'`));
}

async function poll(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('It did not happen within 10 s.');
    await sleep(5);
  }
}

function isHalfMade(path: string): boolean {
  return path.includes('data-draft') && existsSync(join(path, 'base'));
}

function homes(): string[] {
  const moved = existsSync(reachableDir) ? readdirSync(reachableDir).map((name) => join(reachableDir, name)) : [];
  return [join(dataDir, 'postgres'), ...moved];
}

function killServer(home: string): void {
  const pid = readPidFile(join(home, 'data'))?.pid;
  if (pid && isPidAlive(pid)) process.kill(pid, 'SIGKILL');
}
