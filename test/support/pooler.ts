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

/** CI must have it installed. Elsewhere its tests are skipped and the run reports it. */
export const poolerInstalled = installed || process.env['CI'] !== undefined;
if (!poolerInstalled) process.stderr.write('pgbouncer is not installed: the tests of poolers are skipped\n');

export interface RunningPooler {
  /** The database URL through the pooler. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a PgBouncer in front of the server of `databaseUrl`. */
export async function startPooler(databaseUrl: string, settings: Record<string, string>): Promise<RunningPooler> {
  const target = new URL(databaseUrl);
  const directory = mkdtempSync(join(tmpdir(), 'tidings-pooler-'));
  // PgBouncer refuses to run as root; the user below needs write access.
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
