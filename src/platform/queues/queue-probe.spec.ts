import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '../../../test/support/app.js';
import { eventually } from '../../../test/support/eventually.js';
import { unsafeRedisSettings } from './queue-probe.js';

const installed = spawnSync('redis-server', ['--version']).status === 0;

(installed ? describe : describe.skip)('what a Redis of our own says', () => {
  let server: ChildProcess;
  let admin: Redis;
  let url: string;

  beforeAll(async () => {
    const port = await freePort();
    server = spawn(
      'redis-server',
      ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
      {
        stdio: 'ignore',
      },
    );
    url = `redis://127.0.0.1:${port}`;
    admin = new Redis(url, { maxRetriesPerRequest: null });
    admin.on('error', () => undefined);
    await eventually('Redis answers', () => admin.ping().then((answer) => answer === 'PONG'));
  });

  afterAll(async () => {
    admin.disconnect();
    server.kill('SIGKILL');
    await once(server, 'exit');
  });

  it('has nothing against one that keeps what it is given', async () => {
    await admin.config('SET', 'maxmemory-policy', 'noeviction');
    expect(await unsafeRedisSettings(url)).toEqual([]);
  });

  it.each(['allkeys-lru', 'volatile-ttl', 'allkeys-random'])(
    'names the policy %s, which throws keys away',
    async (policy) => {
      await admin.config('SET', 'maxmemory-policy', policy);
      expect(await unsafeRedisSettings(url)).toEqual([expect.stringContaining(`maxmemory-policy ${policy}`)]);
    },
  );
});

it('does not wait for a Redis that is not there', async () => {
  const url = `redis://127.0.0.1:${await freePort()}`;
  const begin = performance.now();
  await expect(unsafeRedisSettings(url)).rejects.toThrow('ECONNREFUSED');
  expect(performance.now() - begin).toBeLessThan(3_000);
});
