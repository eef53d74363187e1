import { closeSync, existsSync, fchownSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Binaries } from './binaries.js';
import { clusterDir, type Home } from './choose-home.js';
import { readPidFile, removeForeignPidFile } from './pid-file.js';
import { accepts } from './sql-session.js';
import { serverOptions } from './server-settings.js';
import { runAs } from './system-user.js';

export interface Cluster {
  readonly home: Home;
  readonly binaries: Binaries;
  readonly password: string;
}

export interface RunningServer {
  readonly port: number;
  readonly adopted: boolean;
}

const START_TIMEOUT_MS = 60_000;
const RETRY_INTERVAL_MS = 100;
const LOG_LIMIT_BYTES = 10_000_000;

/**
 * Transient errors: workers of a killed server still hold its memory, a server is starting, recovering or shutting
 * down, or another process took the port first.
 */
const TRANSIENT = /shared memory block|lock file .* already exists|could not bind|starting up|shutting down/;

export interface StartOptions {
  /** The port that other processes expect; by default any free one. */
  readonly port?: number | undefined;
  /** How long transient errors are retried. */
  readonly timeoutMs?: number;
}

/** Adopts the server that an earlier process left running, or starts one. */
export async function adoptOrStart(
  cluster: Cluster,
  settings: Record<string, string>,
  { port, timeoutMs = START_TIMEOUT_MS }: StartOptions = {},
): Promise<RunningServer> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const left = readPidFile(clusterDir(cluster.home.path));
    if (left?.port && (await accepts(left.port, cluster.password))) return { port: left.port, adopted: true };
    removeForeignPidFile(clusterDir(cluster.home.path));
    try {
      return { port: await start(cluster, settings, port ?? (await freePort())), adopted: false };
    } catch (error) {
      if (!TRANSIENT.test((error as Error).message) || performance.now() > deadline) throw error;
      await sleep(RETRY_INTERVAL_MS);
    }
  }
}

/** Disconnects all clients and waits for the shutdown. Does nothing if the server is already down. */
export async function stop({ home, binaries }: Cluster): Promise<void> {
  const data = clusterDir(home.path);
  if (!readPidFile(data)) return;
  try {
    await runAs(home.user, binaries.pgCtl, ['stop', '-w', '-t', '60', '-s', '-m', 'fast', '-D', data]);
  } catch (error) {
    if (/PID file .* does not exist|No such process/.test((error as Error).message)) return;
    const reason = (error as Error).message;
    throw new Error(`PostgreSQL in ${home.path} did not stop (${reason}). Its log: ${logTail(home.path, 0)}`, {
      cause: error,
    });
  }
}

/** pg_ctl detaches the server, so Ctrl-C or the end of this process does not reach it. */
async function start({ home, binaries }: Cluster, settings: Record<string, string>, port: number): Promise<number> {
  const logStart = prepareLog(home);
  const where = ['-D', clusterDir(home.path), '-l', logPath(home.path), '-p', binaries.postgres];
  try {
    const options = serverOptions(port, settings);
    await runAs(home.user, binaries.pgCtl, ['start', '-w', '-t', '60', '-s', ...where, '-o', options]);
    return port;
  } catch (error) {
    const reason = (error as Error).message.split('\n')[0];
    throw new Error(`PostgreSQL in ${home.path} did not start (${reason}). Its log: ${logTail(home.path, logStart)}`, {
      cause: error,
    });
  }
}

/** PostgreSQL's user writes the log but may not create files beside the cluster. Returns the current length. */
function prepareLog(home: Home): number {
  const path = logPath(home.path);
  if (existsSync(path) && statSync(path).size > LOG_LIMIT_BYTES) renameSync(path, `${path}.1`);
  if (existsSync(path)) return statSync(path).size;
  const fd = openSync(path, 'wx', 0o600);
  if (home.user) fchownSync(fd, home.user.uid, home.user.gid);
  closeSync(fd);
  return 0;
}

function logTail(home: string, from: number): string {
  if (!existsSync(logPath(home))) return '(none)';
  const lines = readFileSync(logPath(home)).subarray(from).toString('utf8').trimEnd().split('\n');
  return `\n${lines.slice(-8).join('\n')}`;
}

function logPath(home: string): string {
  return join(home, 'postgres.log');
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((listening, failed) => {
    probe.once('error', failed);
    probe.listen(0, '127.0.0.1', listening);
  });
  const address = probe.address();
  await new Promise((closed) => probe.close(closed));
  if (!address || typeof address === 'string') throw new Error('No free port was available on 127.0.0.1.');
  return address.port;
}
