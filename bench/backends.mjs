import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { Redis } from 'ioredis';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../dist/platform/embedded-postgres/embedded-postgres.js';
import { Child, freePort } from './child.mjs';

/** One PostgreSQL with the settings that Tidings ships, fsync on, and a fresh database for each caller. */
export async function startPostgres() {
  const dataDir = mkdtempSync(join(tmpdir(), 'tidings-bench-'));
  chmodSync(dataDir, 0o755);
  const server = await startEmbeddedPostgres({ dataDir });
  let made = 0;
  return {
    async withDatabase(work) {
      const name = `bench_${++made}`;
      await query(server.url, `CREATE DATABASE ${name}`);
      const url = new URL(server.url);
      url.pathname = `/${name}`;
      try {
        return await work(url.href);
      } finally {
        await query(server.url, `DROP DATABASE ${name} WITH (FORCE)`);
        // Pages written by this competitor must not be flushed while the next one is measured.
        await query(server.url, 'CHECKPOINT');
      }
    },
    async stop() {
      await server.stop();
      for (const path of [server.dataDir, dataDir]) rmSync(path, { recursive: true, force: true });
    },
  };
}

export async function query(url, sql) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** @returns undefined when no redis-server is installed */
export async function startRedis() {
  if (spawnSync('redis-server', ['--version']).status !== 0) return undefined;
  const directory = mkdtempSync(join(tmpdir(), 'tidings-bench-redis-'));
  const port = await freePort();
  const settings = ['--port', port, '--bind', '127.0.0.1', '--dir', directory, '--save', '', '--appendonly', 'yes'];
  const server = Child.program('redis-server', settings.map(String));
  const redis = new Redis(port, { retryStrategy: () => 50, maxRetriesPerRequest: null });
  redis.on('error', () => undefined);
  await server.ready(async () => (await redis.ping()) === 'PONG');
  return {
    url: `redis://127.0.0.1:${port}`,
    /** Empties Redis and sets its durability. */
    async reset(appendfsync) {
      await redis.flushall();
      await redis.config('SET', 'appendfsync', appendfsync);
    },
    waitingJobs: (queue) => redis.llen(`bull:${queue}:wait`),
    async stop() {
      redis.disconnect();
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
