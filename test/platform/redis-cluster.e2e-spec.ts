import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { redisInstalled, startRedis, type RunningRedis } from '../support/redis.js';
import { ServerProcess, signInAsAdministrator } from '../support/server-process.js';
import { TestSocket } from '../support/socket.js';
import { makeSource, postGithub } from '../support/webhooks.js';

async function readiness(url: string): Promise<string> {
  const { status } = (await (await fetch(`${url}/health/ready`)).json()) as { status: string };
  return status;
}

(redisInstalled ? describe : describe.skip)('a gateway beside an api and worker on a cluster of Redis', () => {
  let database: TestDatabase;
  let redis: RunningRedis;
  let worker: ServerProcess;
  let gateway: ServerProcess;

  beforeAll(async () => {
    database = await createTestDatabase();
    redis = await startRedis({ cluster: true });
    const settings = {
      DATABASE_URL: database.url,
      REDIS_URL: redis.url,
      REDIS_PREFIX: 'clustered',
      JWT_SECRET: randomBytes(32).toString('hex'),
      SECRETS_KEY: randomBytes(32).toString('base64'),
    };
    worker = await ServerProcess.make({ ...settings, ROLE: 'api,worker' });
    gateway = await ServerProcess.make({ ...settings, ROLE: 'gateway' });
    await worker.start();
    await gateway.start();
  }, 60_000);
  afterAll(async () => {
    await worker?.dispose();
    await gateway?.dispose();
    await redis?.stop();
    await database?.drop();
  });

  it('delivers webhooks without waiting for sweeps', async () => {
    const { api, workspaceId } = await signInAsAdministrator(worker.url);
    const source = await makeSource(api, workspaceId, { provider: 'github' });
    const socket = await TestSocket.connect(gateway.url, api.token);
    await socket.ask('subscribe', { channel: `webhooks:${workspaceId}` });
    const begin = performance.now();
    for (let sent = 1; sent <= 10; sent++) {
      await postGithub(source, { body: JSON.stringify({ after: randomUUID() }) });
      await eventually('the event arrives', () => socket.events(`webhooks:${workspaceId}`).length === sent, 5_000);
    }
    // Ten sweeps of the jobs or the channels take longer.
    expect(performance.now() - begin).toBeLessThan(10_000);
    expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(200);
    socket.cut();
  });

  it('recovers with Redis and logs the outage once', async () => {
    await redis.kill();
    await eventually('the gateway is degraded', async () => (await readiness(gateway.url)) === 'degraded');
    await redis.restart();
    await eventually('the gateway is ready', async () => (await readiness(gateway.url)) === 'ok', 15_000);
    for (const { printed } of [worker, gateway]) {
      expect(printed.match(/lost the bus connection/g)).toHaveLength(1);
      expect(printed.match(/the queues are unavailable/g)?.length ?? 0).toBeLessThanOrEqual(1);
    }
  }, 30_000);
});
