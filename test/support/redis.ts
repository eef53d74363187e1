import { Redis } from 'ioredis';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './app.js';
import { eventually } from './eventually.js';

export const redisInstalled = spawnSync('redis-server', ['--version']).status === 0;

const MAX_FREE_PORT = 55_000; // a cluster node also listens 10,000 ports higher

/** A Redis server that a test may kill. */
export interface RunningRedis {
  /** The scheme is `redis+cluster:` for a cluster. */
  readonly url: string;
  ask(command: string, ...parameters: string[]): Promise<unknown>;
  kill(): Promise<void>;
  /** Starts an empty server on the same port, after `kill`. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** @param cluster starts a cluster of one node with all slots: as in any cluster, commands can't span slots */
export async function startRedis({ cluster = false } = {}): Promise<RunningRedis> {
  const isFit = (port: number) => !cluster || port <= MAX_FREE_PORT;
  const port = await eventually('a port is free', () => freePort().then((free) => isFit(free) && free));
  const directory = mkdtempSync(join(tmpdir(), 'tidings-redis-'));
  const flags = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', directory];
  if (cluster) flags.push('--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1');
  let server: ChildProcess;
  const admin = new Redis(port, '127.0.0.1', { maxRetriesPerRequest: null, retryStrategy: () => 50 });
  admin.on('error', () => undefined);
  const kill = async () => {
    server.kill('SIGKILL');
    await once(server, 'exit');
  };
  const start = async () => {
    server = spawn('redis-server', flags, { stdio: 'ignore' });
    await eventually('Redis answers', () => admin.ping().then((answer) => answer === 'PONG'));
  };
  await start();
  if (cluster) {
    await admin.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
    const state = () => admin.call('CLUSTER', 'INFO').then((info) => String(info).includes('cluster_state:ok'));
    await eventually('the cluster has all its slots', state);
  }
  return {
    url: `${cluster ? 'redis+cluster' : 'redis'}://127.0.0.1:${port}`,
    ask: (command, ...parameters) => admin.call(command, ...parameters),
    kill,
    restart: start,
    async stop() {
      admin.disconnect();
      if (server.exitCode === null && server.signalCode === null) await kill();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
