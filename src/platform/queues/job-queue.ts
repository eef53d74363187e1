import { Logger } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { randomUUID } from 'node:crypto';

const JOB_NAME = 'run';

/** Adds jobs of one kind. */
export class JobQueue<Payload> {
  private readonly logger = new Logger(JobQueue.name);

  constructor(private readonly queue: Queue) {
    // Without a listener BullMQ prints the whole connection object, credentials included.
    queue.on('error', (error) => this.logger.warn(`queue ${queue.name}: ${error.message}`));
  }

  /** @throws Error when the queue can't be reached: the caller's row is found by a sweep later */
  async add(payload: Payload, delayMs = 0): Promise<void> {
    await this.queue.add(JOB_NAME, payload, { jobId: `${this.queue.name}-${randomUUID()}`, delay: delayMs });
  }

  /** Jobs that wait for a worker, those under way included. */
  async backlog(): Promise<number> {
    return this.queue.getJobCountByTypes('waiting', 'active', 'delayed', 'prioritized');
  }
}
