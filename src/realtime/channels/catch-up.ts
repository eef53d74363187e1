import { Injectable, Logger } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { LogReader } from '../../platform/events/log-reader.js';
import { FenceNode } from '../../platform/fence/fence-node.js';
import { RealtimeMetrics } from '../metrics/realtime.metrics.js';
import { Semaphore } from '../../platform/concurrency/semaphore.js';
import type { Channel } from './channel.js';
import { EventBatch } from './event-batch.js';
import type { Subscription } from './subscription.js';

const PAGE_EVENTS = 256;
const READS_AT_A_TIME = 4;
const RETRY_MS = 1_000;

/** Brings a lagging subscription up to its channel's cursor, page by page, at the pace of its subscriber. */
@Injectable()
export class CatchUp {
  private readonly logger = new Logger(CatchUp.name);
  private readonly reads = new Semaphore(READS_AT_A_TIME);
  private recorded: (subscription: Subscription) => Promise<void> | undefined = () => undefined;

  constructor(
    private readonly log: LogReader,
    private readonly metrics: RealtimeMetrics,
    private readonly fence: FenceNode,
  ) {}

  /** No missed event is written before the promise of `recorded` settles. It must not reject. */
  waitFor(recorded: (subscription: Subscription) => Promise<void> | undefined): void {
    this.recorded = recorded;
  }

  async run(channel: Channel, subscription: Subscription): Promise<void> {
    while (!subscription.ended && !channel.join(subscription)) {
      try {
        await subscription.subscriber.enqueue(() => this.page(channel, subscription));
      } catch (error) {
        this.logger.warn({ msg: 'catching up failed, retrying', channel: channel.state.channel, err: error });
        await delay(RETRY_MS, undefined, { ref: false });
      }
    }
  }

  private async page(channel: Channel, subscription: Subscription): Promise<void> {
    const { state } = channel;
    const isVoid = () => subscription.ended || channel.state !== state;
    await subscription.subscriber.drained();
    await this.recorded(subscription);
    await this.fence.leaseHeld();
    if (isVoid()) return;
    const batches = channel.recentAfter(subscription.offset) ?? (await this.read(channel, subscription.offset));
    for (const batch of batches) {
      await subscription.subscriber.drained();
      if (isVoid() || !this.fence.holdsLease) return;
      if (!subscription.take(batch)) return subscription.restart(channel.cursor.after);
      this.metrics.sent(state.channel, batch.size);
    }
    // An empty read behind the cursor means that the log was trimmed.
    if (batches.length === 0 && !isVoid()) subscription.restart(channel.cursor.after);
  }

  private async read(channel: Channel, after: number): Promise<EventBatch[]> {
    const found = await this.reads.run(() => this.log.readAfter([{ ...channel.cursor, after }], PAGE_EVENTS));
    return EventBatch.of(found.get(channel.state.id) ?? []);
  }
}
