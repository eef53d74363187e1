import { afterEach, describe, expect, it } from '@jest/globals';
import { freePort } from '../../../test/support/app.js';
import { redisInstalled, startRedis, type RunningRedis } from '../../../test/support/redis.js';
import { ConfigError } from '../config/config.js';
import { createLog } from '../logging/logger.js';
import { redisAtStart } from './redis-at-start.js';

const running: RunningRedis[] = [];
const logged: string[] = [];
const log = createLog('info', { write: (line) => void logged.push(JSON.parse(line).msg) });

afterEach(async () => {
  logged.length = 0;
  for (const redis of running.splice(0)) await redis.stop();
});

async function redis(): Promise<RunningRedis> {
  const started = await startRedis();
  running.push(started);
  return started;
}

const asUser = (url: string, user: string, password: string) => url.replace('//', `//${user}:${password}@`);
const look = (url: string) => redisAtStart(url, 'tidings', log);

it('starts without an unavailable Redis and logs it twice', async () => {
  expect(await look(`redis://127.0.0.1:${await freePort()}`)).toEqual([]);
  expect(logged).toEqual([
    expect.stringContaining('waiting for Redis: connect ECONNREFUSED'),
    expect.stringContaining('starting without Redis'),
  ]);
}, 20_000);

it('starts without a Redis whose host name is unknown', async () => {
  expect(await look('redis://redis.invalid:6379')).toEqual([]);
  expect(logged.at(-1)).toMatch(/starting without Redis \(getaddrinfo/);
}, 20_000);

(redisInstalled ? describe : describe.skip)('redisAtStart', () => {
  it('accepts a Redis with safe settings', async () => {
    expect(await look((await redis()).url)).toEqual([]);
    expect(logged).toEqual([]);
  });

  it.each(['allkeys-lru', 'volatile-ttl', 'allkeys-random'])('reports the eviction policy %s', async (policy) => {
    const { url, ask } = await redis();
    await ask('CONFIG', 'SET', 'maxmemory-policy', policy);
    expect(await look(url)).toEqual([expect.stringContaining(`maxmemory-policy ${policy}`)]);
  });

  it('waits for Redis', async () => {
    const late = await redis();
    await late.kill();
    const looked = look(late.url);
    await late.restart();
    expect(await looked).toEqual([]);
    expect(logged.filter((line) => line.includes('starting without'))).toEqual([]);
  });

  it.each([
    ['a wrong password', 'app', 'wrong', 'WRONGPASS'],
    ['a user that may not use our keys', 'keys', 'secret', 'NOPERM'],
    ['a user that may not use our channels', 'channels', 'secret', 'NOPERM'],
  ])('rejects %s at once', async (_what, user, password, reason) => {
    const { url, ask } = await redis();
    await ask('ACL', 'SETUSER', 'app', 'on', '>secret', '~tidings:*', '&tidings:*', '+@all');
    await ask('ACL', 'SETUSER', 'keys', 'on', '>secret', '~other:*', '&tidings:*', '+@all');
    await ask('ACL', 'SETUSER', 'channels', 'on', '>secret', '~tidings:*', 'resetchannels', '&other:*', '+@all');
    const refused = look(asUser(url, user, password));
    await expect(refused).rejects.toThrow(ConfigError);
    await expect(refused).rejects.toThrow(reason);
    await expect(refused).rejects.not.toThrow(password === 'wrong' ? 'wrong@' : 'secret');
  });

  it('rejects a missing password', async () => {
    const { url, ask } = await redis();
    await ask('CONFIG', 'SET', 'requirepass', 'secret');
    await expect(look(url)).rejects.toThrow('NOAUTH');
  });

  it('accepts a user without INFO and CONFIG and warns about the policy', async () => {
    const { url, ask } = await redis();
    const rules = [
      'on',
      '>secret',
      '~tidings:*',
      'resetchannels',
      '&tidings:*',
      '+@all',
      '-info',
      '-config',
      '-@admin',
    ];
    await ask('ACL', 'SETUSER', 'app', ...rules);
    expect(await look(asUser(url, 'app', 'secret'))).toEqual([]);
    expect(logged).toEqual([expect.stringContaining('may not use INFO')]);
  });

  it('waits while Redis rejects writes', async () => {
    const replica = await redis();
    await replica.ask('REPLICAOF', '127.0.0.1', '1');
    const looked = look(replica.url);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await replica.ask('REPLICAOF', 'NO', 'ONE');
    expect(await looked).toEqual([]);
    expect(logged).toEqual([expect.stringContaining('waiting for Redis: READONLY')]);
  });
});
