import type { Queue } from 'bullmq';
import { randomUUID } from 'node:crypto';
import { databaseNow } from '../clock/database-clock.js';
import { inTime } from '../concurrency/in-time.js';
import type { JobHandler } from './define-job.js';
import type { QueueOutage } from './queue-outage.js';

const JOB_NAME = 'run';
/** Without this limit BullMQ waits for its connection indefinitely. */
const CALL_TIMEOUT_MS = 2_500;
/** Maximum number of pending calls, which are kept until the connection is back. */
const MAX_PENDING = 1_000;

/** Adds jobs of one kind. */
export class JobQueue<Payload> {
  private pending = 0;

  constructor(
    private readonly queue: Queue,
    private readonly outage: QueueOutage,
  ) {
    // Without a listener BullMQ prints the whole connection object, credentials included.
    queue.on('error', (error) => outage.record(error));
  }

  /**
   * @param key a pending or running job with this key is not added again
   * @throws Error when the queue does not answer within 2.5 s: a sweep finds the caller's row later
   */
  async add(payload: Payload, delayMs = 0, key: string = randomUUID()): Promise<void> {
    const options = { jobId: `${this.queue.name}-${key}`, delay: delayMs, timestamp: databaseNow() };
    await this.ask(() => this.queue.add(JOB_NAME, payload, options)).catch((error: Error) => {
      // A server that rejects writes causes no connection error.
      this.outage.record(error);
      throw error;
    });
  }

  /**
   * For work that a sweep finds in a process with the handler: while the queue is unavailable, the work runs here and
   * now. It counts as a repeated run, because the reason for the last failure is unknown.
   */
  async addOrRun(payload: Payload, handler: JobHandler<Payload>): Promise<void> {
    if (!this.outage.isOngoing) {
      const added = await this.add(payload).then(
        () => true,
        () => false,
      );
      if (added) return;
    }
    await handler.handle(payload, { again: true });
  }

  /** Jobs that wait for a worker, including running ones; 0 while the queue is unavailable. */
  async backlog(): Promise<number> {
    if (this.outage.isOngoing) return 0;
    const count = this.ask(() => this.queue.getJobCountByTypes('waiting', 'active', 'delayed', 'prioritized'));
    return count.catch((error: Error) => {
      this.outage.record(error);
      return 0;
    });
  }

  private async ask<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    if (this.pending >= MAX_PENDING) throw new Error('The queue is not answering.');
    this.pending++;
    const answer = call()
      .catch(unreachable)
      .finally(() => this.pending--);
    const late = () => new Error(`The queue did not answer within ${CALL_TIMEOUT_MS} ms.`);
    return inTime(answer, CALL_TIMEOUT_MS, late);
  }
}

function unreachable(error: unknown): never {
  throw new Error('The queue is unavailable.', { cause: error });
}
