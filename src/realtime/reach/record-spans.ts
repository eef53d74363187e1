import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { databaseNow } from '../../platform/clock/database-clock.js';
import { Coalescer } from '../../platform/concurrency/coalescer.js';
import { runEvery } from '../../platform/concurrency/run-every.js';
import { Config } from '../../platform/config/config.js';
import { FenceNode } from '../../platform/fence/fence-node.js';
import { CatchUp } from '../channels/catch-up.js';
import { ChannelHub, type SubscriptionObserver } from '../channels/channel-hub.js';
import type { Subscription } from '../channels/subscription.js';
import { KnownPositions, rowsOf, type ChangedPositions } from './known-positions.js';
import { SpanStore, type BegunSpan, type EndedSpan } from './span.store.js';

/** Beginnings and ends that gather for one write. */
const WRITE_AFTER_MS = 100;
const REPORT_MS = 1_000;
const SWEEP_MS = 3_000;
const ROWS_PER_WRITE = 5_000;
/** While so many wait, further subscriptions are not recorded, and the record has a gap. */
const MAX_WAITING = 200_000;
/** A gap is written ahead, so that it also covers the time until a crash. */
const GAP_AHEAD_MS = 5_000;

interface Begun {
  readonly subscription: Subscription;
  readonly span: BegunSpan;
}

/**
 * Records the subscriptions of this node: each with its begin and its end, and in between the position of each channel
 * and of each subscription behind it. An event costs nothing: subscriptions and channels know their positions.
 */
@Injectable()
export class RecordSpans implements OnModuleInit, OnApplicationShutdown, SubscriptionObserver {
  private readonly logger = new Logger(RecordSpans.name);
  private readonly startedAt = databaseNow();
  /** By number, until they are written. */
  private readonly begun = new Map<number, Begun>();
  private readonly ended: EndedSpan[] = [];
  private readonly positions = new KnownPositions();
  private readonly writing = new Coalescer(() => this.write());
  private timer: NodeJS.Timeout | undefined;
  private isReportDue = false;
  private unrecorded = 0;
  private unrecordedSince: number | undefined;
  private lastNumber = 0;
  private stop = async (): Promise<void> => undefined;

  constructor(
    private readonly store: SpanStore,
    private readonly hub: ChannelHub,
    private readonly catchUp: CatchUp,
    private readonly fence: FenceNode,
    private readonly config: Config,
  ) {}

  async onModuleInit(): Promise<void> {
    const isOn = this.config.reachRetentionDays > 0;
    // Before the first subscription, so that no answer calls a record complete that lacks it.
    if (isOn) await this.store.join(this.fence.id);
    const ends = isOn ? [this.hub.observe(this)] : [];
    if (isOn) this.catchUp.waitFor((subscription) => this.recorded(subscription));
    const stops = isOn
      ? [
          runEvery(REPORT_MS, () => this.report(), this.warn),
          runEvery(SWEEP_MS, () => this.store.closeDead(this.fence.id), this.warn),
        ]
      : [runEvery(GAP_AHEAD_MS / 2, () => this.recordGap(this.startedAt), this.warn)];
    this.stop = async () => {
      for (const end of ends) end();
      await Promise.all(stops.map((stop) => stop()));
    };
  }

  /** Every subscription has ended by now. */
  async onApplicationShutdown(): Promise<void> {
    await this.stop();
    clearTimeout(this.timer);
    if (this.config.reachRetentionDays === 0) return this.recordGap(this.startedAt).catch(this.warn);
    await this.report().catch(this.warn);
    await this.writing.idle();
    await this.store.leave(this.fence.id).catch(this.warn);
  }

  subscribed(subscription: Subscription): void {
    subscription.span = 0;
    if (this.waiting >= MAX_WAITING) {
      this.unrecorded++;
      this.unrecordedSince ??= databaseNow();
      return;
    }
    const number = ++this.lastNumber;
    subscription.span = number;
    const { subscriber, offset: fromOffset, channel } = subscription;
    const { id: channelId, epoch } = channel;
    const { userId, id: sessionId, via } = subscriber;
    const span = { number, userId, sessionId, via, channelId, epoch, fromOffset, fromAt: databaseNow() };
    this.begun.set(number, { subscription, span });
    this.writeSoon();
  }

  unsubscribed(subscription: Subscription): void {
    this.end(subscription, subscription.offset);
  }

  restarted(subscription: Subscription, reached: number): void {
    this.end(subscription, reached);
    this.subscribed(subscription);
  }

  private get waiting(): number {
    return this.begun.size + this.ended.length;
  }

  private end({ span }: Subscription, toOffset: number): void {
    if (span === 0) {
      this.unrecorded--;
      return;
    }
    this.ended.push({ number: span, toOffset, toAt: databaseNow() });
    this.writeSoon();
  }

  /** Settles when the begin of the subscription is written, or when that has failed. */
  private recorded({ span }: Subscription): Promise<void> | undefined {
    return this.begun.has(span) ? this.writing.request().catch(() => undefined) : undefined;
  }

  private writeSoon(): void {
    this.timer ??= setTimeout(() => void this.writing.request().catch(this.warn), WRITE_AFTER_MS).unref();
  }

  private report(): Promise<void> {
    this.isReportDue = true;
    return this.writing.request();
  }

  /** Rows stay until they are written. */
  private async write(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    while (this.begun.size > ROWS_PER_WRITE) await this.writeSome([...this.begun.values()].slice(0, ROWS_PER_WRITE), 0);
    // Positions count for every subscription that has not ended, so they are taken together with all ends.
    const isWritten = (span: number) => span > 0 && !this.begun.has(span);
    const changed = this.isReportDue ? this.positions.compare(this.hub, isWritten) : undefined;
    if (changed === undefined && this.waiting === 0) return;
    this.isReportDue = false;
    const isKnown = await this.writeSome([...this.begun.values()], this.ended.length, changed);
    // All positions follow at once.
    if (!isKnown) void this.report().catch(this.warn);
    if (this.unrecordedSince !== undefined) await this.recordUnrecorded(this.unrecordedSince);
  }

  /** @returns false if the database does not know the node, or not any more */
  private async writeSome(begun: readonly Begun[], ended: number, changed?: ChangedPositions): Promise<boolean> {
    const lagging = begun.map((one) => {
      return { number: one.span.number, subscription: one.subscription, reached: reachedAtBegin(one) };
    });
    const rows = begun.map(({ span }, i) => ({ ...span, reached: lagging[i]?.reached ?? null }));
    const positions = changed && rowsOf(changed, databaseNow());
    const isKnown = await this.store.write(this.fence.id, {
      begun: rows,
      ended: this.ended.slice(0, ended),
      positions,
    });
    this.ended.splice(0, ended);
    for (const { span } of begun) this.begun.delete(span.number);
    if (!isKnown) this.positions.forget();
    else if (changed !== undefined) this.positions.apply(changed);
    this.positions.apply({ lagging, progress: [] });
    return isKnown;
  }

  private async recordUnrecorded(since: number): Promise<void> {
    await this.recordGap(since);
    if (this.unrecorded === 0) this.unrecordedSince = undefined;
  }

  private recordGap(since: number): Promise<void> {
    return this.store.recordGap(this.fence.id, since, databaseNow() + GAP_AHEAD_MS);
  }

  private readonly warn = (error: unknown): void =>
    this.logger.warn({ msg: 'recording subscriptions failed, the next report retries', err: error });
}

/** Null: at the position of its channel. */
function reachedAtBegin({ subscription, span }: Begun): number | null {
  // The end of this span waits to be written.
  if (subscription.ended || subscription.span !== span.number) return span.fromOffset;
  return subscription.isLive ? null : subscription.offset;
}
