import type { Queue } from 'bullmq';
import { randomUUID } from 'node:crypto';
import type { QueueOutage } from './queue-outage.js';

const JOB_NAME = 'run';

/** Adds jobs of one kind. */
export class JobQueue<Payload> {
  constructor(
    private readonly queue: Queue,
    outage: QueueOutage,
  ) {
    // Without a listener BullMQ prints the whole connection object, credentials included.
    queue.on('error', (error) => outage.seen(error));
  }

  /**
   * @param key a job that is still there under this name is not added again, also while it runs
   * @throws Error when the queue can't be reached: the caller's row is found by a sweep later
   */
  async add(payload: Payload, delayMs = 0, key: string = randomUUID()): Promise<void> {
    await this.queue.add(JOB_NAME, payload, { jobId: `${this.queue.name}-${key}`, delay: delayMs });
  }

  /** Jobs that wait for a worker, those under way included. */
  async backlog(): Promise<number> {
    return this.queue.getJobCountByTypes('waiting', 'active', 'delayed', 'prioritized');
  }
}
