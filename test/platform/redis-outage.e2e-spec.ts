import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { signInAsAdministrator, ServerProcess } from '../support/server-process.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { redisInstalled, startRedis, type RunningRedis } from '../support/redis.js';
import { makeSource, post } from '../support/webhooks.js';

jest.setTimeout(120_000);
const cleanups: Array<() => Promise<void>> = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

interface TestSetup {
  readonly redis: RunningRedis;
  readonly database: TestDatabase;
  readonly shared: Record<string, string>;
}

async function prepare(): Promise<TestSetup> {
  const database = await createTestDatabase();
  cleanups.push(() => database.drop());
  const redis = await startRedis();
  cleanups.push(() => redis.stop());
  const shared = {
    DATABASE_URL: database.url,
    DATABASE_POOL: '6',
    REDIS_URL: redis.url,
    REDIS_PREFIX: 'away',
    JWT_SECRET: 'a secret of the tests, long enough',
    SECRETS_KEY: Buffer.from('a key of the tests with 32 bytes').toString('base64'),
  };
  return { redis, database, shared };
}

async function start(settings: Record<string, string>): Promise<ServerProcess> {
  const server = await ServerProcess.make(settings);
  cleanups.push(() => server.dispose());
  await server.start();
  return server;
}

async function ready({ url }: ServerProcess): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await fetch(`${url}/health/ready`);
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

const waitForReadiness = (server: ServerProcess, status: string) =>
  eventually(`the readiness is ${status}`, async () => (await ready(server)).body['status'] === status, 30_000);

/** Posts a webhook and waits until it is processed. */
async function expectToProcess(server: ServerProcess): Promise<void> {
  const { api, workspaceId } = await signInAsAdministrator(server.url);
  const source = await makeSource(api, workspaceId, { provider: 'open' });
  const { status, deliveryId } = await post(source.url, `sent at ${Date.now()}`);
  expect(status).toBe(202);
  await eventually(
    'the delivery is processed',
    async () => {
      const { body } = await api.get<{ status: string }>(`/v1/workspaces/${workspaceId}/deliveries/${deliveryId}`);
      return body.status === 'processed';
    },
    30_000,
  );
}

(redisInstalled ? describe : describe.skip)('without Redis', () => {
  it('api, worker and gateway stay ready, report Redis as degraded, and recover with it', async () => {
    const { redis, shared } = await prepare();
    const servers = await Promise.all(['api', 'worker', 'gateway'].map((ROLE) => start({ ...shared, ROLE })));
    for (const server of servers) await waitForReadiness(server, 'ok');
    await redis.kill();
    for (const server of servers) {
      await waitForReadiness(server, 'degraded');
      expect(await ready(server)).toMatchObject({
        status: 200,
        body: { checks: { redis: 'degraded', bus: 'degraded', database: 'ok' } },
      });
    }
    await redis.restart();
    for (const server of servers) await waitForReadiness(server, 'ok');
  });

  it('a process starts, processes webhooks, and uses Redis once it is available', async () => {
    const { redis, shared } = await prepare();
    await redis.kill();
    const server = await start(shared);
    expect((await ready(server)).body['status']).toBe('degraded');
    await expectToProcess(server);
    const lines = server.printed.split('\n').filter((line) => line.includes('"warn"'));
    expect(lines.filter((line) => line.includes('starting without Redis'))).toHaveLength(1);
    expect(lines.filter((line) => line.includes('queues are unavailable'))).toHaveLength(1);
    expect(lines.filter((line) => line.includes('the bus is unavailable'))).toHaveLength(1);
    expect(lines.length).toBeLessThan(10);
    await redis.restart();
    await waitForReadiness(server, 'ok');
    await expectToProcess(server);
    expect((await server.terminate()).code).toBe(0);
  });

  it.each([
    ['a replica after a failover', ['REPLICAOF', '127.0.0.1', '1'], ['REPLICAOF', 'NO', 'ONE']],
    ['out of memory', ['CONFIG', 'SET', 'maxmemory', '1'], ['CONFIG', 'SET', 'maxmemory', '0']],
  ])('webhooks are processed while Redis is %s', async (_what, fault, cure) => {
    const { redis, shared } = await prepare();
    const server = await start(shared);
    await waitForReadiness(server, 'ok');
    await redis.ask(fault[0] ?? '', ...fault.slice(1));
    await waitForReadiness(server, 'degraded');
    await expectToProcess(server);
    await redis.ask(cure[0] ?? '', ...cure.slice(1));
    await waitForReadiness(server, 'ok');
  });

  it('a process exits on SIGTERM', async () => {
    const { redis, shared } = await prepare();
    const server = await start(shared);
    await waitForReadiness(server, 'ok');
    await redis.kill();
    await waitForReadiness(server, 'degraded');
    const { code, tookMs } = await server.terminate();
    expect({ code, last: server.printed.slice(-1_500) }).toMatchObject({ code: 0 });
    expect(tookMs).toBeLessThan(9_000);
  });
});

(redisInstalled ? describe : describe.skip)('a Redis with restricted permissions', () => {
  const RULES = ['on', '>secret', '~away:*', 'resetchannels', '&away:*', '+@all', '-@admin', '-@dangerous'];

  it('is used only with keys and channels that begin with REDIS_PREFIX, and without INFO', async () => {
    const { redis, shared } = await prepare();
    await redis.ask('ACL', 'SETUSER', 'app', ...RULES);
    const url = `${redis.url.replace('//', '//app:secret@')}/1`;
    const server = await start({ ...shared, REDIS_URL: url });
    await waitForReadiness(server, 'ok');
    await expectToProcess(server);
    const refused = (await redis.ask('ACL', 'LOG')) as string[][];
    expect(refused.map((entry) => entry[entry.indexOf('object') + 1])).toEqual(['info']);
    expect(server.printed.match(/NOPERM/g)).toBeNull();
    expect(server.printed.match(/may not use INFO/g)).toHaveLength(1);
    await redis.ask('SELECT', '1');
    const keys = (await redis.ask('KEYS', '*')) as string[];
    expect(keys.length).toBeGreaterThan(3);
    expect(keys.filter((key) => !key.startsWith('away:'))).toEqual([]);
  });

  it('makes the start of a process fail with an error that names REDIS_URL when the password is wrong', async () => {
    const { shared, redis } = await prepare();
    await redis.ask('ACL', 'SETUSER', 'app', ...RULES);
    const server = await ServerProcess.make({ ...shared, REDIS_URL: redis.url.replace('//', '//app:wrong@') });
    cleanups.push(() => server.dispose());
    await expect(server.start()).rejects.toThrow(/REDIS_URL: Redis rejects this user \(WRONGPASS/);
  });
});
