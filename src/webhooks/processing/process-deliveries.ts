import { Injectable, Logger } from '@nestjs/common';
import { Database, type Transaction } from '../../platform/database/database.js';
import { EventLog } from '../../platform/events/event-log.js';
import type { JobHandler, JobRun } from '../../platform/queues/define-job.js';
import { DeliveryStore, type ClaimedDelivery, type ProcessedDelivery } from '../deliveries/delivery.store.js';
import type { ProcessDeliveriesPayload } from '../deliveries/process-deliveries.job.js';
import { DeliveryFailures } from './delivery-failures.js';
import { DescribeDelivery } from './describe-delivery.js';

/** A delivery that has crashed its worker more often is poison. */
const MAX_CRASHES = 3;

/** Large enough to amortise the commit, small enough to keep latency low. */
const MAX_BATCH = 200;

/** With more events, the rest of a batch gets another transaction: a delivery can have 1,000 of them. */
const MAX_EVENTS = 1_000;

/** Turns stored deliveries into records and events: a batch per transaction, after a failure one by one. */
@Injectable()
export class ProcessDeliveries implements JobHandler<ProcessDeliveriesPayload> {
  private readonly logger = new Logger(ProcessDeliveries.name);

  constructor(
    private readonly database: Database,
    private readonly deliveries: DeliveryStore,
    private readonly log: EventLog,
    private readonly describe: DescribeDelivery,
    private readonly failures: DeliveryFailures,
  ) {}

  async handle({ deliveryIds }: ProcessDeliveriesPayload, { again }: JobRun): Promise<void> {
    if (!again) {
      let left: readonly string[] = deliveryIds;
      while (left.length > 0) left = await this.processBatch(left, MAX_BATCH);
      return;
    }
    // One delivery may have failed or crashed the previous run: each gets its own transaction and attempt.
    for (const id of deliveryIds) await this.processAlone(id);
  }

  /** @returns the deliveries that are left for another transaction */
  private processBatch(ids: readonly string[], max: number): Promise<readonly string[]> {
    return this.database.transaction(async (tx) => this.process(tx, await this.deliveries.claimBatch(tx, ids, max)));
  }

  private async processAlone(id: string): Promise<void> {
    const claimed = await this.deliveries.claimOne(id);
    if (claimed === undefined) return;
    if (claimed.crashes > MAX_CRASHES) return this.failures.recordPoison(id);
    const started = performance.now();
    try {
      await this.processBatch([id], 1);
    } catch (error) {
      await this.failures.record(id, claimed.attempts + 1, { error, ms: performance.now() - started });
    }
  }

  private async process(tx: Transaction, claimed: readonly ClaimedDelivery[]): Promise<readonly string[]> {
    const processed: ProcessedDelivery[] = [];
    let events = 0;
    let done = 0;
    for (const delivery of claimed) {
      if (events > MAX_EVENTS) break;
      done += 1;
      const started = performance.now();
      try {
        const described = await this.describe.run(tx, delivery);
        events += described.events.length;
        processed.push({ ...described, ms: performance.now() - started });
      } catch (error) {
        const { id, attempts } = delivery;
        const failed = { error, ms: performance.now() - started };
        tx.afterCommit(() => void this.failures.record(id, attempts + 1, failed).catch(() => undefined));
      }
    }
    await this.deliveries.recordProcessed(tx, processed);
    await this.log.append(
      tx,
      processed.flatMap(({ events }) => events),
    );
    tx.afterCommit(() => this.logProcessed(processed));
    return claimed.slice(done).map(({ id }) => id);
  }

  private logProcessed(processed: readonly ProcessedDelivery[]): void {
    for (const { id, events } of processed) {
      const [first] = events;
      this.logger.debug({ msg: 'delivery processed', deliveryId: id, eventId: first?.id, events: events.length });
    }
  }
}
