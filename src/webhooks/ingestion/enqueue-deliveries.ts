import { Inject, Injectable, Logger } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { Coalescer } from '../../platform/concurrency/coalescer.js';
import type { JobQueue } from '../../platform/queues/job-queue.js';
import { queueOf } from '../../platform/queues/queues.module.js';
import {
  processDeliveries,
  sizeOfJob,
  type ProcessDeliveriesPayload,
  type Sized,
} from '../deliveries/process-deliveries.job.js';

const MAX_IN_JOB = 200;
const MAX_PAUSE_MS = 20;
/** While the queue doesn't answer, ids are buffered here; the sweep finds deliveries beyond this limit. */
const MAX_PENDING = 50_000;

/**
 * Enqueues jobs for stored deliveries: one call at a time, so that jobs follow the order of commits and concurrent
 * deliveries share a job. A lost job is harmless: the sweep finds deliveries without one.
 */
@Injectable()
export class EnqueueDeliveries {
  private readonly logger = new Logger(EnqueueDeliveries.name);
  private readonly pending: Sized[] = [];
  private readonly enqueueing = new Coalescer(() => this.enqueuePending());

  constructor(@Inject(queueOf(processDeliveries)) private readonly jobs: JobQueue<ProcessDeliveriesPayload>) {}

  /** Never rejects; callers need not await it. */
  run(stored: readonly Sized[]): Promise<void> {
    this.logger.debug({ msg: 'deliveries stored', deliveryIds: stored.map(({ id }) => id) });
    if (this.pending.length < MAX_PENDING) this.pending.push(...stored);
    return this.enqueueing.request();
  }

  private async enqueuePending(): Promise<void> {
    while (this.pending.length > 0) {
      const deliveryIds = this.nextJob();
      await this.jobs.add({ deliveryIds }).catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : 'unknown';
        // At debug level: QueueOutage logs the outage once, the sweep logs the deliveries it finds.
        this.logger.debug({ msg: 'cannot enqueue deliveries', count: deliveryIds.length, reason });
      });
      // One millisecond per delivery: a single one adds little latency, and a burst makes few jobs.
      await delay(Math.min(deliveryIds.length, MAX_PAUSE_MS));
    }
  }

  private nextJob(): string[] {
    const count = sizeOfJob(this.pending, MAX_IN_JOB);
    return this.pending.splice(0, count).map(({ id }) => id);
  }
}
