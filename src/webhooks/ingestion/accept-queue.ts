import { Inject, Injectable, Logger } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import type { JobQueue } from '../../platform/queues/job-queue.js';
import { queueOf } from '../../platform/queues/queues.module.js';
import { processDeliveries, type ProcessDeliveriesPayload } from '../processing/process-deliveries.job.js';
import { GroupCommit } from './group-commit.js';
import { ANSWER_WITHIN_MS } from './answer-in-time.js';
import { Inbox, type InboxItem, type Stored } from './inbox.js';
import { ingestUnavailable } from './ingestion.errors.js';

const MIB = 1024 * 1024;

const MOST_IN_JOB = 200;
const LONGEST_PAUSE_MS = 20;
/** With a queue that doesn't answer, ids gather here; beyond this many they are left to the sweep. */
const MOST_UNANNOUNCED = 50_000;

/** Group-commits deliveries into the inbox and then, outside of anything a sender waits for, adds one job for each batch. */
@Injectable()
export class AcceptQueue {
  private readonly logger = new Logger(AcceptQueue.name);
  private readonly batches = new GroupCommit<InboxItem, Stored>(
    (items) => this.commit(items),
    () => ingestUnavailable(),
    {
      lanes: 2,
      itemsPerCommit: 200,
      bytesPerCommit: 4 * MIB,
      itemsWaiting: 10_000,
      bytesWaiting: 64 * MIB,
      waitMs: ANSWER_WITHIN_MS,
    },
  );

  private readonly unannounced: string[] = [];
  private announcing = false;

  constructor(
    private readonly inbox: Inbox,
    @Inject(queueOf(processDeliveries)) private readonly jobs: JobQueue<ProcessDeliveriesPayload>,
  ) {}

  /** @throws TidingsError webhook.unavailable */
  add(item: InboxItem): Promise<Stored> {
    return this.batches.add(item, item.body.length);
  }

  private async commit(items: readonly InboxItem[]): Promise<Stored[]> {
    const outcomes = await this.inbox.store(items).catch((cause: unknown) => {
      this.logger.error({ msg: 'deliveries could not be stored', count: items.length, err: cause });
      throw ingestUnavailable(undefined, { cause });
    });
    const deliveryIds = outcomes.flatMap((one) => (one.outcome === 'stored' ? [one.deliveryId] : []));
    if (deliveryIds.length > 0) void this.announce(deliveryIds);
    return outcomes;
  }

  /**
   * One add at a time, so that jobs come in the order of the commits and those of the same moment are one. The rows are
   * safe: what gets no job here, the sweep finds.
   */
  private async announce(deliveryIds: readonly string[]): Promise<void> {
    this.logger.debug({ msg: 'deliveries stored', deliveryIds });
    if (this.unannounced.length < MOST_UNANNOUNCED) this.unannounced.push(...deliveryIds);
    if (this.announcing) return;
    this.announcing = true;
    while (this.unannounced.length > 0) {
      const together = this.unannounced.splice(0, MOST_IN_JOB);
      await this.jobs.add({ deliveryIds: together }).catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : 'unknown';
        this.logger.warn({ msg: 'no job for deliveries', count: together.length, reason });
      });
      // A millisecond for each: a lone delivery holds nobody up, and a flood makes few jobs.
      await delay(Math.min(together.length, LONGEST_PAUSE_MS));
    }
    this.announcing = false;
  }
}
