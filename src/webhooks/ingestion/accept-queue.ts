import { Injectable, Logger } from '@nestjs/common';
import { EnqueueDeliveries } from './enqueue-deliveries.js';
import { ANSWER_WITHIN_MS } from './answer-in-time.js';
import { GroupCommit } from '../../platform/concurrency/group-commit.js';
import { DeliveryMetrics } from '../deliveries/delivery.metrics.js';
import { Inbox } from '../deliveries/inbox.js';
import type { InboxItem, Stored } from '../deliveries/inbox-item.js';
import { ingestUnavailable } from './ingestion.errors.js';

const MIB = 1024 * 1024;

/** Commits deliveries in groups, and enqueues their processing without delaying the response to the sender. */
@Injectable()
export class AcceptQueue {
  private readonly logger = new Logger(AcceptQueue.name);
  private readonly batches = new GroupCommit<InboxItem, Stored>(
    (items, since) => this.commit(items, since),
    () => ingestUnavailable(),
    {
      slots: 2,
      itemsPerCommit: 200,
      bytesPerCommit: 4 * MIB,
      itemsWaiting: 10_000,
      bytesWaiting: 64 * MIB,
      waitMs: ANSWER_WITHIN_MS,
    },
  );

  constructor(
    private readonly inbox: Inbox,
    private readonly enqueueDeliveries: EnqueueDeliveries,
    private readonly metrics: DeliveryMetrics,
  ) {}

  /** @throws TidingsError webhook.unavailable */
  add(item: InboxItem): Promise<Stored> {
    return this.batches.add(item, item.body.length);
  }

  private async commit(items: readonly InboxItem[], since: number): Promise<Stored[]> {
    const outcomes = await this.inbox.store(items).catch((cause: unknown) => {
      this.logger.error({ msg: 'cannot store deliveries', count: items.length, err: cause });
      throw ingestUnavailable(undefined, { cause });
    });
    const stored = items.filter((_, i) => outcomes[i]?.outcome === 'stored');
    if (stored.length > 0) void this.enqueueDeliveries.run(stored.map(({ id, body }) => ({ id, bytes: body.length })));
    this.metrics.committed(items, outcomes, since);
    return outcomes;
  }
}
