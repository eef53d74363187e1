import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Queue, type Job } from 'bullmq';
import { queueOptions } from '../../src/platform/queues/queue-backend.js';
import { signUp } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { eventually } from '../support/eventually.js';

interface Queues {
  items: {
    name: string;
    waiting: number;
    failed: number;
    oldestSeconds: number | null;
    failedJobs: { id: string; reason: string; runs: number }[];
  }[];
}

let tidings: RunningTidings;
let queue: Queue;

beforeAll(async () => {
  // No worker: jobs stay where the test puts them.
  tidings = await startTidings({ ROLE: 'api,gateway' });
  const { redisUrl, redisPrefix } = tidings.config;
  queue = new Queue('deliveries', queueOptions({ databaseUrl: tidings.databaseUrl, redisUrl, redisPrefix }));
}, 60_000);
afterAll(async () => {
  await queue?.close();
  await tidings?.stop();
});

const read = async () => {
  const { status, body } = await tidings.api.get<Queues>('/v1/system/queues');
  expect(status).toBe(200);
  return body.items.find(({ name }) => name === 'deliveries');
};

async function failOne(id: string): Promise<Job> {
  const { Worker } = await import('bullmq');
  const { redisUrl, redisPrefix } = tidings.config;
  const worker = new Worker('deliveries', () => Promise.reject(new Error('The dog ate it.')), {
    ...queueOptions({ databaseUrl: tidings.databaseUrl, redisUrl, redisPrefix }),
  });
  worker.on('error', () => undefined);
  const job = await queue.add('run', { deliveryIds: [] }, { jobId: id, attempts: 1 });
  await eventually('the job has failed', () => job.isFailed(), 20_000);
  await worker.close();
  return job;
}

describe('the queues', () => {
  it('are all listed, also those without a job', async () => {
    const { body } = await tidings.api.get<Queues>('/v1/system/queues');
    expect(body.items.map(({ name }) => name)).toEqual(expect.arrayContaining(['deliveries', 'messages', 'pushes']));
  });

  it('show failed jobs with their reason; a retry lets one wait again and is audited', async () => {
    await failOne('job-1');
    const before = await read();
    expect(before).toMatchObject({ failed: 1, waiting: 0, oldestSeconds: null });
    expect(before?.failedJobs).toEqual([expect.objectContaining({ id: 'job-1', reason: 'The dog ate it.' })]);
    const path = '/v1/system/queues/deliveries/jobs/job-1/retry';
    expect((await tidings.api.post(path)).status).toBe(204);
    const after = await read();
    expect(after).toMatchObject({ failed: 0, waiting: 1, failedJobs: [] });
    expect(after?.oldestSeconds).toBeGreaterThanOrEqual(0);
    const { body } = await tidings.api.get<{ items: { action: string; target: string }[] }>('/v1/audit?limit=50');
    expect(body.items).toContainEqual(expect.objectContaining({ action: 'job.retried', target: 'job-1' }));
    expect((await tidings.api.post(path)).status).toBe(404);
    expect((await tidings.api.post('/v1/system/queues/nonsense/jobs/job-1/retry')).status).toBe(404);
  });

  it('are for administrators', async () => {
    const member = await signUp(tidings.api, 'member@example.com');
    expect((await member.get('/v1/system/queues')).status).toBe(403);
    expect((await member.post('/v1/system/queues/deliveries/jobs/job-1/retry')).status).toBe(403);
  });
});
