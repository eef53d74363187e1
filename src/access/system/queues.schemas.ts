import { z } from 'zod';
import { MAX_FAILED_SHOWN } from '../../platform/queues/inspect-queues.js';

const counted = z.int().min(0);

const failedJob = z
  .object({
    id: z.string(),
    reason: z.string().describe('the error of the last run'),
    runs: counted,
    failedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'FailedJob' });

export const queuesResponse = z
  .object({
    items: z.array(
      z
        .object({
          name: z.string(),
          waiting: counted.describe('due, and no worker has them yet'),
          active: counted,
          delayed: counted.describe('due later'),
          failed: counted.describe('out of attempts; kept for a week, at most 1,000'),
          oldestSeconds: z.number().nullable().describe('how long the oldest waiting job has been due'),
          failedJobs: z.array(failedJob).describe(`the newest ${MAX_FAILED_SHOWN}`),
        })
        .meta({ id: 'Queue' }),
    ),
  })
  .meta({ id: 'Queues' });

export type QueuesResponse = z.infer<typeof queuesResponse>;
