import type { Queue } from 'bullmq';
import { randomUUID } from 'node:crypto';
import { databaseNow } from '../clock/database-clock.js';
import type { JobHandler } from './define-job.js';
import type { QueueOutage } from './queue-outage.js';

const JOB_NAME = 'run';
/** BullMQ itself waits until its connection is back, however long that takes. */
const ANSWER_MS = 2_500;
/** What has no answer yet is kept, to be sent when the connection is back: this much of it. */
const MAX_UNANSWERED = 1_000;

/** Adds jobs of one kind. */
export class JobQueue<Payload> {
  private unanswered = 0;

  constructor(
    private readonly queue: Queue,
    private readonly outage: QueueOutage,
  ) {
    // Without a listener BullMQ prints the whole connection object, credentials included.
    queue.on('error', (error) => outage.seen(error));
  }

  /**
   * @param key a job that is still there under this name is not added again, also while it runs
   * @throws Error when the queue can't be reached within 2.5 s: the caller's row is found by a sweep later
   */
  async add(payload: Payload, delayMs = 0, key: string = randomUUID()): Promise<void> {
    const options = { jobId: `${this.queue.name}-${key}`, delay: delayMs, timestamp: databaseNow() };
    await this.inTime(() => this.queue.add(JOB_NAME, payload, options)).catch((error: Error) => {
      // A server that refuses what is written breaks no connection.
      this.outage.seen(error);
      throw error;
    });
  }

  /**
   * For what a sweep finds in a process that has the handler too: while the queue can't be used, the work is done here and
   * now. As after a run that failed, since nobody knows what the last one died of.
   */
  async addOrRun(payload: Payload, handler: JobHandler<Payload>): Promise<void> {
    if (!this.outage.lasts) {
      const added = await this.add(payload).then(
        () => true,
        () => false,
      );
      if (added) return;
    }
    await handler.handle(payload, { again: true });
  }

  /** Jobs that wait for a worker, those under way included; none while the queue can't be used. */
  async backlog(): Promise<number> {
    if (this.outage.lasts) return 0;
    const count = this.inTime(() => this.queue.getJobCountByTypes('waiting', 'active', 'delayed', 'prioritized'));
    return count.catch((error: Error) => {
      this.outage.seen(error);
      return 0;
    });
  }

  private async inTime<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    if (this.unanswered >= MAX_UNANSWERED) throw new Error('The queue has not answered for a while.');
    this.unanswered++;
    const answer = ask()
      .catch(unreachable)
      .finally(() => this.unanswered--);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`The queue gave no answer within ${ANSWER_MS} ms.`)), ANSWER_MS);
    });
    return Promise.race([answer, late]).finally(() => clearTimeout(timer));
  }
}

function unreachable(error: unknown): never {
  throw new Error('The queue can not be reached.', { cause: error });
}
