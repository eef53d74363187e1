import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from './app.js';
import { eventually } from './eventually.js';

const PATH = `${process.env['PATH']}:/usr/sbin`;
const installed = spawnSync('pgbouncer', ['--version'], { env: { PATH } }).status === 0;

/** CI installs it; elsewhere its tests are left out, and their run says so. */
export const poolerInstalled = installed || process.env['CI'] !== undefined;
if (!poolerInstalled) process.stderr.write('pgbouncer is not installed: the tests of poolers are left out\n');

export interface RunningPooler {
  /** The address of the database through the pooler. */
  readonly url: string;
  stop(): Promise<void>;
}

/** A PgBouncer before the server of `databaseUrl`. */
export async function startPooler(databaseUrl: string, settings: Record<string, string>): Promise<RunningPooler> {
  const target = new URL(databaseUrl);
  const directory = mkdtempSync(join(tmpdir(), 'tidings-pooler-'));
  // As root, it insists on another user.
  chmodSync(directory, 0o777);
  const port = await freePort();
  const server = `host=${target.hostname} port=${target.port} user=${target.username} password=${target.password}`;
  const all = {
    listen_addr: '127.0.0.1',
    listen_port: String(port),
    unix_socket_dir: '',
    auth_type: 'any',
    default_pool_size: '60',
    max_client_conn: '500',
    ...settings,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name} = ${value}`);
  writeFileSync(join(directory, 'pooler.ini'), `[databases]\n* = ${server}\n[pgbouncer]\n${lines.join('\n')}\n`);
  const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const child: ChildProcess = spawn('pgbouncer', [...user, join(directory, 'pooler.ini')], {
    stdio: 'ignore',
    env: { PATH },
  });
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${port}`;
  await eventually('the pooler answers', () => answers(url.href));
  return {
    url: url.href,
    async stop() {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function answers(connectionString: string): Promise<boolean> {
  const client = new pg.Client({ connectionString });
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
