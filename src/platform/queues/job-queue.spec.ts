import { afterEach, describe, expect, it } from '@jest/globals';
import { Logger, Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { z } from 'zod';
import { createTestDatabase } from '../../../test/support/database.js';
import { eventually } from '../../../test/support/eventually.js';
import { redisInstalled, startRedis } from '../../../test/support/redis.js';
import { startStallingProxy } from '../../../test/support/stalling-proxy.js';
import { defineJob } from './define-job.js';
import type { JobQueue } from './job-queue.js';
import { migrateQueues, type QueueBackend } from './queue-backend.js';
import { queueOf, QueuesModule } from './queues.module.js';

Logger.overrideLogger(false);

const job = defineJob({ queue: 'chores', payload: z.object({ what: z.string() }), concurrency: 1 });
const cleanups: Array<() => Promise<void>> = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

@Module({})
class ChoresModule {}

type Chores = JobQueue<{ what: string }>;

async function openQueue(backend: QueueBackend): Promise<Chores> {
  const module: DynamicModule = {
    module: ChoresModule,
    imports: [QueuesModule.forRoot(backend), QueuesModule.producing(job)],
  };
  const app = await NestFactory.createApplicationContext(module, { abortOnError: false });
  cleanups.push(() => app.close());
  return app.get<Chores>(queueOf(job), { strict: false });
}

/** Fails within a few seconds instead of hanging. */
async function expectToFailSoon(jobs: Chores): Promise<void> {
  const begin = performance.now();
  const crowd = Array.from({ length: 1_000 }, () => jobs.add({ what: 'wait' }));
  const oneTooMany = jobs.add({ what: 'hope' });
  const outcomes = await Promise.allSettled([...crowd, oneTooMany]);
  expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['rejected']));
  await expect(oneTooMany).rejects.toThrow('is not answering');
  expect(performance.now() - begin).toBeLessThan(10_000);
}

(redisInstalled ? describe : describe.skip)('a queue on an unavailable Redis', () => {
  it('fails soon, bounds its pending calls, and recovers', async () => {
    const redis = await startRedis();
    cleanups.push(() => redis.stop());
    const jobs = await openQueue({ databaseUrl: '', redisUrl: redis.url, redisPrefix: 'test' });
    await jobs.add({ what: 'cook' });
    await redis.kill();
    await expectToFailSoon(jobs);
    await redis.restart();
    await expectToRecover(jobs);
  });
});

describe('a queue on an unavailable PostgreSQL', () => {
  it('fails soon, bounds its pending calls, and recovers', async () => {
    const { proxy, jobs } = await openQueueBehindProxy();
    await jobs.add({ what: 'cook' });
    proxy.stall();
    await expectToFailSoon(jobs);
    proxy.resume();
    await expectToRecover(jobs);
  });

  it('opens new connections when all existing ones broke silently', async () => {
    const { proxy, jobs } = await openQueueBehindProxy();
    await Promise.all(Array.from({ length: 20 }, () => jobs.add({ what: 'cook' })));
    proxy.strand();
    await Promise.allSettled(Array.from({ length: 20 }, () => jobs.add({ what: 'wash up' })));
    await expectToRecover(jobs);
  });
});

async function openQueueBehindProxy() {
  const database = await createTestDatabase();
  cleanups.push(() => database.drop());
  await migrateQueues({ databaseUrl: database.url, redisUrl: undefined, redisPrefix: 'test' });
  const url = new URL(database.url);
  const proxy = await startStallingProxy({ host: url.hostname, port: Number(url.port) });
  cleanups.push(() => proxy.stop());
  url.port = String(proxy.port);
  return { proxy, jobs: await openQueue({ databaseUrl: url.href, redisUrl: undefined, redisPrefix: 'test' }) };
}

const expectToRecover = (jobs: Chores): Promise<boolean> =>
  eventually('the queue accepts jobs again', () =>
    jobs.add({ what: 'dry' }).then(
      () => true,
      () => false,
    ),
  );
