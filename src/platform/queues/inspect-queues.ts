import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Queue, type Job } from 'bullmq';
import { databaseNow } from '../clock/database-clock.js';
import { inTime } from '../concurrency/in-time.js';
import { declaredQueues } from './define-job.js';
import { QueueOutage } from './queue-outage.js';
import { queueOptions, type QueueBackend } from './queue-backend.js';
import { queueUnavailable } from './queue.errors.js';

export const QUEUE_BACKEND = 'QueueBackend';

/** The parts of a job that an inspection reads. */
type QueuedJob = Pick<Job, 'id' | 'timestamp' | 'opts' | 'failedReason' | 'attemptsMade' | 'finishedOn'>;

/** Failed jobs of each queue in an answer. */
export const MAX_FAILED_SHOWN = 20;
const MAX_REASON = 300;
const CALL_TIMEOUT_MS = 2_500;

export interface FailedJob {
  readonly id: string;
  readonly reason: string;
  readonly runs: number;
  readonly failedAt: Date | null;
}

export interface InspectedQueue {
  readonly name: string;
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  readonly failed: number;
  /** How long the oldest waiting job has been due; null without one. */
  readonly oldestSeconds: number | null;
  /** The newest first. */
  readonly failedJobs: readonly FailedJob[];
}

/** Reads the queues of all kinds of jobs, in Redis or PostgreSQL. Connects at its first call. */
@Injectable()
export class InspectQueues implements OnModuleDestroy {
  private readonly queues = new Map<string, Queue>();

  constructor(
    @Inject(QUEUE_BACKEND) private readonly backend: QueueBackend,
    private readonly outage: QueueOutage,
  ) {}

  /** @throws `queue.unavailable` within some seconds */
  async all(): Promise<InspectedQueue[]> {
    return answered(() => Promise.all(declaredQueues().map((name) => this.inspect(name))));
  }

  /**
   * @returns whether the job had failed and waits again now
   * @throws `queue.unavailable` within some seconds
   */
  async retry(name: string, jobId: string): Promise<boolean> {
    if (!declaredQueues().includes(name)) return false;
    return answered(async () => {
      const job = await this.queueOf(name).getJob(jobId);
      if (job === undefined || !(await job.isFailed())) return false;
      await job.retry('failed', { resetAttemptsMade: true });
      return true;
    });
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all([...this.queues.values()].map((queue) => queue.close().catch(() => undefined)));
  }

  private async inspect(name: string): Promise<InspectedQueue> {
    const queue = this.queueOf(name);
    const [counts, [oldest], failed] = await Promise.all([
      queue.getJobCounts('waiting', 'prioritized', 'active', 'delayed', 'failed'),
      queue.getJobs('waiting', 0, 0, true),
      queue.getJobs('failed', 0, MAX_FAILED_SHOWN - 1, false),
    ]);
    return {
      name,
      waiting: (counts['waiting'] ?? 0) + (counts['prioritized'] ?? 0),
      active: counts['active'] ?? 0,
      delayed: counts['delayed'] ?? 0,
      failed: counts['failed'] ?? 0,
      oldestSeconds: oldest === undefined ? null : dueForSeconds(oldest),
      failedJobs: failed.filter((job) => job !== undefined).map(showFailed),
    };
  }

  private queueOf(name: string): Queue {
    const known = this.queues.get(name);
    if (known !== undefined) return known;
    const queue = new Queue(name, queueOptions(this.backend));
    queue.on('error', (error) => this.outage.record(error));
    this.queues.set(name, queue);
    return queue;
  }
}

const dueForSeconds = ({ timestamp, opts }: QueuedJob): number =>
  Math.max(0, databaseNow() - timestamp - (opts.delay ?? 0)) / 1_000;

const showFailed = ({ id, failedReason, attemptsMade, finishedOn }: QueuedJob): FailedJob => ({
  id: id ?? '',
  reason: (failedReason ?? '').slice(0, MAX_REASON),
  runs: attemptsMade,
  failedAt: finishedOn == null ? null : new Date(finishedOn),
});

/** BullMQ waits for its connection without a limit. */
async function answered<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  const answer = call().catch((cause: unknown) => {
    throw queueUnavailable(undefined, { cause });
  });
  return inTime(answer, CALL_TIMEOUT_MS, queueUnavailable);
}
