import type { ChannelState, Cursor } from '../../platform/events/log-reader.js';
import type { LoggedEvent } from '../../platform/events/logged-event.js';
import { EventBatch } from './event-batch.js';
import type { Subscriber } from './subscriber.js';
import { RecentEvents } from './recent-events.js';
import { Subscription, type SubscriptionStart } from './subscription.js';
import type { TimeSlice } from '../../platform/concurrency/time-slice.js';

/** Reading the clock costs a hundredth of a write. */
const SUBSCRIBERS_PER_CLOCK_READ = 16;
const MAX_QUEUED_BATCHES = 8;

/** The dependencies of a channel. */
export interface ChannelDeps {
  /** Brings a subscription up to the channel's cursor and joins it. */
  catchUp(channel: Channel, subscription: Subscription): void;
  /** Whether this node may write events: only while its lease guarantees that its view of all rights is current. */
  canSend(): boolean;
  /** Tells when to yield to the event loop. */
  readonly timeSlice: TimeSlice;
  /** A subscription has begun. */
  subscribed(subscription: Subscription): void;
  unsubscribed(subscription: Subscription): void;
  /** A subscription that had reached the offset `reached` continues from its position, which does not follow it. */
  restarted(subscription: Subscription, reached: number): void;
  /**
   * Called when the delivery of a batch begins; undefined where nothing is traced.
   * @returns a function for its end, with the number of subscribers; undefined if no event in it is traced
   */
  readonly trace?: ((channel: string, batch: EventBatch) => ((subscribers: number) => void) | undefined) | undefined;
  /** Counts events times subscribers, for the metrics. */
  sent(channel: string, events: number): void;
  /** Every live subscription has got the batch. Called once per batch, with at least one subscriber. */
  written(batch: EventBatch): void;
}

/**
 * One channel on this node: its cursor in the log and its subscriptions. Live subscriptions are at the cursor, or the
 * queue holds the batches up to it; subscriptions behind it catch up and then join.
 */
export class Channel {
  #state: ChannelState;
  #cursor: number;
  #delivered: number | undefined;
  #idleSince = performance.now();
  private readonly live = new Set<Subscription>();
  private readonly behind = new Set<Subscription>();
  private readonly recent = new RecentEvents();
  private queue: EventBatch[] = [];
  private delivering = false;

  constructor(
    state: ChannelState,
    private readonly deps: ChannelDeps,
  ) {
    this.#state = state;
    this.#cursor = state.head;
  }

  /** A new object after every restart, so that reads for the previous one can be discarded. */
  get state(): ChannelState {
    return this.#state;
  }

  get cursor(): Cursor {
    const { id, channel, epoch } = this.#state;
    return { id, channel, epoch, after: this.#cursor };
  }

  /** Whether the queue is full. Events stay in the log until it drains. */
  get isFull(): boolean {
    return this.queue.length >= MAX_QUEUED_BATCHES;
  }

  /** When the last subscription ended, by the monotonic clock in milliseconds; undefined while there is one. */
  get idleSince(): number | undefined {
    return this.subscribers > 0 ? undefined : this.#idleSince;
  }

  get subscribers(): number {
    return this.live.size + this.behind.size;
  }

  /** A snapshot: it does not change when a subscription begins, ends or falls behind. */
  get subscriptions(): Subscription[] {
    return [...this.live, ...this.behind];
  }

  /** The subscriptions that catch up. */
  get lagging(): ReadonlySet<Subscription> {
    return this.behind;
  }

  /** The offset that every live subscription has reached; undefined before the first delivery. */
  get delivered(): number | undefined {
    return this.#delivered;
  }

  isLive(subscription: Subscription): boolean {
    return this.live.has(subscription);
  }

  /** Events after `offset` from memory; undefined if some are missing. */
  recentAfter(offset: number): readonly EventBatch[] | undefined {
    return this.recent.after(offset);
  }

  /**
   * Appends events that continue the cursor and skips known ones. @returns false at a gap, after which it appends none
   */
  accept(events: readonly LoggedEvent[]): boolean {
    const unknown = events.filter((event) => event.offset > this.#cursor);
    const continues = EventBatch.of(unknown).every((batch) => this.append(batch));
    if (!this.delivering) void this.deliver();
    return continues;
  }

  subscribe(subscriber: Subscriber, start: SubscriptionStart): Subscription {
    const subscription = new Subscription(this, subscriber, start);
    if (!this.join(subscription)) this.fallBehind(subscription);
    this.deps.subscribed(subscription);
    return subscription;
  }

  /**
   * Makes a subscription live if it has reached the cursor. It then has every queued batch already, and since nothing
   * runs between the comparison and the joining, the next accepted batch is the next one for it.
   */
  join(subscription: Subscription): boolean {
    if (subscription.offset < this.#cursor) return false;
    this.behind.delete(subscription);
    this.live.add(subscription);
    return true;
  }

  leave(subscription: Subscription): void {
    this.live.delete(subscription);
    this.behind.delete(subscription);
    this.#idleSince = performance.now();
    this.deps.unsubscribed(subscription);
  }

  restarted(subscription: Subscription, reached: number): void {
    this.deps.restarted(subscription, reached);
  }

  /** Events up to `state.head` are unavailable, so every subscription restarts from there. */
  restart(state: ChannelState): void {
    this.#state = state;
    this.#cursor = state.head;
    this.#delivered = undefined;
    this.recent.clear();
    this.queue = [];
    for (const subscription of [...this.live, ...this.behind]) subscription.restart(this.#cursor);
  }

  private append(batch: EventBatch): boolean {
    if (batch.first !== this.#cursor + 1) return false;
    this.#cursor = batch.last;
    this.recent.add(batch);
    this.queue.push(batch);
    return true;
  }

  private fallBehind(subscription: Subscription): void {
    this.live.delete(subscription);
    this.behind.add(subscription);
    this.deps.catchUp(this, subscription);
  }

  /** One loop per channel, so that yielding to the event loop cannot reorder events. */
  private async deliver(): Promise<void> {
    this.delivering = true;
    while (this.queue.length > 0) {
      // One write per socket for everything queued: a write costs as much for ten events as for one.
      const batch = EventBatch.joined(this.queue);
      this.queue = [];
      await this.deliverBatch(batch, this.#state);
    }
    this.delivering = false;
  }

  private async deliverBatch(batch: EventBatch, state: ChannelState): Promise<void> {
    const { timeSlice } = this.deps;
    this.deps.sent(state.channel, batch.size * this.live.size);
    const endTrace = this.deps.trace?.(state.channel, batch);
    let served = 0;
    let canSend = this.deps.canSend();
    for (const subscription of this.live) {
      // An up-to-date subscription would rejoin `live` at once and keep this loop running.
      const isServed = canSend ? subscription.deliver(batch) : subscription.offset >= batch.last;
      if (!isServed) this.fallBehind(subscription);
      if (++served % SUBSCRIBERS_PER_CLOCK_READ > 0 || !timeSlice.over) continue;
      await timeSlice.next();
      if (this.#state !== state) return;
      canSend = this.deps.canSend();
    }
    this.#delivered = batch.last;
    if (served > 0 && canSend) this.deps.written(batch);
    if (served > 0 && canSend) endTrace?.(served);
    if (timeSlice.over) await timeSlice.next();
  }
}
