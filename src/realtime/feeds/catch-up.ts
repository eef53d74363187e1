import { Injectable, Logger } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { LogReader } from '../../platform/events/log-reader.js';
import { FenceNode } from '../../platform/fence/fence-node.js';
import { RealtimeMetrics } from '../realtime.metrics.js';
import { Gate } from '../gate.js';
import type { ChannelFeed } from './channel-feed.js';
import { EventRun } from './event-run.js';
import type { Subscription } from './subscription.js';

const PAGE_EVENTS = 256;
const READS_AT_A_TIME = 4;
const RETRY_MS = 1_000;

/** Brings a subscription that is behind up to its feed, page by page, as fast as its listener swallows them. */
@Injectable()
export class CatchUp {
  private readonly logger = new Logger(CatchUp.name);
  private readonly reads = new Gate(READS_AT_A_TIME);

  constructor(
    private readonly log: LogReader,
    private readonly metrics: RealtimeMetrics,
    private readonly fence: FenceNode,
  ) {}

  async run(feed: ChannelFeed, subscription: Subscription): Promise<void> {
    while (!subscription.ended && !feed.join(subscription)) {
      try {
        await subscription.listener.inTurn(() => this.page(feed, subscription));
      } catch (error) {
        this.logger.warn({ msg: 'catching up failed, trying again', channel: feed.state.channel, err: error });
        await delay(RETRY_MS, undefined, { ref: false });
      }
    }
  }

  private async page(feed: ChannelFeed, subscription: Subscription): Promise<void> {
    const { state } = feed;
    const isVoid = () => subscription.ended || feed.state !== state;
    await subscription.listener.drained();
    await this.fence.leaseHeld();
    if (isVoid()) return;
    const runs = feed.recentAfter(subscription.offset) ?? (await this.read(feed, subscription.offset));
    for (const run of runs) {
      await subscription.listener.drained();
      if (isVoid() || !this.fence.holdsLease) return;
      if (!subscription.take(run)) return subscription.restart(feed.cursor.after);
      this.metrics.delivered.inc(run.size);
    }
    // Behind the cursor there are events, unless they were trimmed away.
    if (runs.length === 0 && !isVoid()) subscription.restart(feed.cursor.after);
  }

  private async read(feed: ChannelFeed, after: number): Promise<EventRun[]> {
    const found = await this.reads.pass(() => this.log.readAfter([{ ...feed.cursor, after }], PAGE_EVENTS));
    return EventRun.of(found.get(feed.state.id) ?? []);
  }
}
