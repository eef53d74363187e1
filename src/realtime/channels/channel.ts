import type { ChannelState, Cursor } from '../../platform/events/log-reader.js';
import type { LoggedEvent } from '../../platform/events/logged-event.js';
import { EventBatch } from './event-batch.js';
import type { Subscriber } from './subscriber.js';
import { RecentEvents } from './recent-events.js';
import { Subscription } from './subscription.js';
import type { TimeSlice } from '../../platform/concurrency/time-slice.js';

/** To look at the clock costs a hundredth of a write. */
const SUBSCRIBERS_PER_LOOK = 16;
const MAX_QUEUED_BATCHES = 8;

/** What a channel needs of others. */
export interface ChannelDeps {
  /** Brings a subscription up to the channel and joins it. */
  catchUp(channel: Channel, subscription: Subscription): void;
  /** Whether this node may write events: only while it knows that everybody's rights are as it believes. */
  maySend(): boolean;
  /** When to let others have the event loop. */
  readonly timeSlice: TimeSlice;
  /** Somebody begins to listen, or has ended. */
  subscribed(channel: string, subscriber: Subscriber): void;
  unsubscribed(channel: string, subscriber: Subscriber): void;
  /** Counts events times listeners, for the metrics. */
  delivered(events: number): void;
}

/**
 * One channel on this node: how far the log has been read, and who listens. Live subscriptions stand at the cursor or
 * have the runs up to it in the queue before them; those behind it catch up and then join.
 */
export class Channel {
  #state: ChannelState;
  #cursor: number;
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

  /** Another object after every restart: what was read for the one before is void. */
  get state(): ChannelState {
    return this.#state;
  }

  get cursor(): Cursor {
    const { id, channel, epoch } = this.#state;
    return { id, channel, epoch, after: this.#cursor };
  }

  /** No more can be taken before some of it is delivered. The log keeps it until then. */
  get full(): boolean {
    return this.queue.length >= MAX_QUEUED_BATCHES;
  }

  /** Since when nobody listens, in milliseconds since 1970; undefined while somebody does. */
  get idleSince(): number | undefined {
    return this.subscribers > 0 ? undefined : this.#idleSince;
  }

  get subscribers(): number {
    return this.live.size + this.behind.size;
  }

  /** All of them now: a list of its own, which stays as it is when somebody comes, goes or falls behind. */
  get subscriptions(): Subscription[] {
    return [...this.live, ...this.behind];
  }

  /** Events after `offset` from memory; undefined when they are not all there. */
  recentAfter(offset: number): readonly EventBatch[] | undefined {
    return this.recent.after(offset);
  }

  /** Takes what continues the cursor and skips what is known. @returns false at a gap, with the rest not taken */
  accept(events: readonly LoggedEvent[]): boolean {
    const unknown = events.filter((event) => event.offset > this.#cursor);
    const continues = EventBatch.of(unknown).every((batch) => this.append(batch));
    if (!this.delivering) void this.deliver();
    return continues;
  }

  subscribe(subscriber: Subscriber, offset: number): Subscription {
    const subscription = new Subscription(this, subscriber, offset);
    if (!this.join(subscription)) this.fallBehind(subscription);
    this.deps.subscribed(this.#state.channel, subscriber);
    return subscription;
  }

  /**
   * Makes a subscription live when it has come up to the cursor. Nothing runs between the comparison and the joining,
   * and whatever is in the queue it has already: the next run that is accepted is the next one for it.
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
    this.deps.unsubscribed(this.#state.channel, subscription.subscriber);
  }

  /** The events between the cursor and `state.head` are not to be had: everybody is told to start over from there. */
  restart(state: ChannelState): void {
    this.#state = state;
    this.#cursor = state.head;
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

  /** One loop for each channel, so that giving way to the event loop can't change the order of events. */
  private async deliver(): Promise<void> {
    this.delivering = true;
    while (this.queue.length > 0) {
      // What has gathered meanwhile leaves in one write for each socket: it costs as much for ten events as for one.
      const batch = EventBatch.joined(this.queue);
      this.queue = [];
      await this.deliverBatch(batch, this.#state);
    }
    this.delivering = false;
  }

  private async deliverBatch(batch: EventBatch, state: ChannelState): Promise<void> {
    const { timeSlice } = this.deps;
    this.deps.delivered(batch.size * this.live.size);
    let served = 0;
    let maySend = this.deps.maySend();
    for (const subscription of this.live) {
      // Whoever misses nothing would come back into this very loop, and keep it going.
      const isServed = maySend ? subscription.deliver(batch) : subscription.offset >= batch.last;
      if (!isServed) this.fallBehind(subscription);
      if (++served % SUBSCRIBERS_PER_LOOK > 0 || !timeSlice.over) continue;
      await timeSlice.next();
      if (this.#state !== state) return;
      maySend = this.deps.maySend();
    }
    if (timeSlice.over) await timeSlice.next();
  }
}
