import { Inject, Injectable, Logger } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import type { JobQueue } from '../../platform/queues/job-queue.js';
import { queueOf } from '../../platform/queues/queues.module.js';
import {
  processDeliveries,
  sizeOfJob,
  type ProcessDeliveriesPayload,
  type Sized,
} from '../deliveries/process-deliveries.job.js';

const MAX_IN_JOB = 200;
const LONGEST_PAUSE_MS = 20;
/** With a queue that doesn't answer, ids gather here; beyond this many they are left to the sweep. */
const MAX_WAITING = 50_000;

/**
 * Adds jobs for deliveries that are stored: one add at a time, so that jobs come in the order of the commits, and those of
 * the same moment are one. The rows are safe: what gets no job here, the sweep finds.
 */
@Injectable()
export class AnnounceDeliveries {
  private readonly logger = new Logger(AnnounceDeliveries.name);
  private readonly waiting: Sized[] = [];
  private busy = false;

  constructor(@Inject(queueOf(processDeliveries)) private readonly jobs: JobQueue<ProcessDeliveriesPayload>) {}

  /** Never throws, and nothing needs to wait for it. */
  async tell(stored: readonly Sized[]): Promise<void> {
    this.logger.debug({ msg: 'deliveries stored', deliveryIds: stored.map(({ id }) => id) });
    if (this.waiting.length < MAX_WAITING) this.waiting.push(...stored);
    if (this.busy) return;
    this.busy = true;
    while (this.waiting.length > 0) {
      const deliveryIds = this.nextJob();
      await this.jobs.add({ deliveryIds }).catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : 'unknown';
        // QueueOutage says once that the queue can't be used; the sweep says what it found.
        this.logger.debug({ msg: 'no job for deliveries', count: deliveryIds.length, reason });
      });
      // A millisecond for each: a lone delivery holds nobody up, and a flood makes few jobs.
      await delay(Math.min(deliveryIds.length, LONGEST_PAUSE_MS));
    }
    this.busy = false;
  }

  private nextJob(): string[] {
    const count = sizeOfJob(this.waiting, MAX_IN_JOB);
    return this.waiting.splice(0, count).map(({ id }) => id);
  }
}
