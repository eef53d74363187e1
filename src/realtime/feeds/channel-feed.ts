import type { ChannelState, Cursor } from '../../platform/events/log-reader.js';
import type { LoggedEvent } from '../../platform/events/logged-event.js';
import { EventRun } from './event-run.js';
import type { Listener } from './listener.js';
import { RecentRuns } from './recent-runs.js';
import { Subscription } from './subscription.js';
import type { Turns } from './turns.js';

/** To look at the clock costs a hundredth of a write. */
const LISTENERS_PER_LOOK = 16;
const MOST_QUEUED_RUNS = 8;

/** What a feed needs of others. */
export interface Surroundings {
  /** Brings a subscription up to the feed and joins it. */
  catchUp(feed: ChannelFeed, subscription: Subscription): void;
  /** Whether this node may write events: only while it knows that everybody's rights are as it believes. */
  maySend(): boolean;
  /** When to let others have the event loop. */
  readonly turns: Turns;
  /** Somebody begins to listen, or has ended. */
  came(channel: string, listener: Listener): void;
  went(channel: string, listener: Listener): void;
  /** Counts events times listeners, for the metrics. */
  delivered(events: number): void;
}

/**
 * One channel on this node: how far the log has been read, and who listens. Live subscriptions stand at the cursor or
 * have the runs up to it in the queue before them; those behind it catch up and then join.
 */
export class ChannelFeed {
  #state: ChannelState;
  #cursor: number;
  #idleSince = performance.now();
  private readonly live = new Set<Subscription>();
  private readonly behind = new Set<Subscription>();
  private readonly recent = new RecentRuns();
  private queue: EventRun[] = [];
  private delivering = false;

  constructor(
    state: ChannelState,
    private readonly surroundings: Surroundings,
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
    return this.queue.length >= MOST_QUEUED_RUNS;
  }

  /** Since when nobody listens, in milliseconds since 1970; undefined while somebody does. */
  get idleSince(): number | undefined {
    return this.listeners > 0 ? undefined : this.#idleSince;
  }

  get listeners(): number {
    return this.live.size + this.behind.size;
  }

  /** All of them now: a list of its own, which stays as it is when somebody comes, goes or falls behind. */
  get subscriptions(): Subscription[] {
    return [...this.live, ...this.behind];
  }

  /** Events after `offset` from memory; undefined when they are not all there. */
  recentAfter(offset: number): readonly EventRun[] | undefined {
    return this.recent.after(offset);
  }

  /** Takes what continues the cursor and skips what is known. @returns false at a gap, with the rest not taken */
  accept(events: readonly LoggedEvent[]): boolean {
    const unknown = events.filter((event) => event.offset > this.#cursor);
    const continues = EventRun.of(unknown).every((run) => this.append(run));
    if (!this.delivering) void this.deliver();
    return continues;
  }

  subscribe(listener: Listener, offset: number): Subscription {
    const subscription = new Subscription(this, listener, offset);
    if (!this.join(subscription)) this.fallBehind(subscription);
    this.surroundings.came(this.#state.channel, listener);
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
    this.surroundings.went(this.#state.channel, subscription.listener);
  }

  /** The events between the cursor and `state.head` are not to be had: everybody is told to start over from there. */
  restart(state: ChannelState): void {
    this.#state = state;
    this.#cursor = state.head;
    this.recent.clear();
    this.queue = [];
    for (const subscription of [...this.live, ...this.behind]) subscription.restart(this.#cursor);
  }

  private append(run: EventRun): boolean {
    if (run.first !== this.#cursor + 1) return false;
    this.#cursor = run.last;
    this.recent.add(run);
    this.queue.push(run);
    return true;
  }

  private fallBehind(subscription: Subscription): void {
    this.live.delete(subscription);
    this.behind.add(subscription);
    this.surroundings.catchUp(this, subscription);
  }

  /** One loop for each channel, so that giving way to the event loop can't change the order of events. */
  private async deliver(): Promise<void> {
    this.delivering = true;
    while (this.queue.length > 0) {
      // What has gathered meanwhile leaves in one write for each socket: it costs as much for ten events as for one.
      const run = EventRun.joined(this.queue);
      this.queue = [];
      await this.deliverRun(run, this.#state);
    }
    this.delivering = false;
  }

  private async deliverRun(run: EventRun, state: ChannelState): Promise<void> {
    const { turns } = this.surroundings;
    this.surroundings.delivered(run.size * this.live.size);
    let served = 0;
    let maySend = this.surroundings.maySend();
    for (const subscription of this.live) {
      // Whoever misses nothing would come back into this very loop, and keep it going.
      const isServed = maySend ? subscription.deliver(run) : subscription.offset >= run.last;
      if (!isServed) this.fallBehind(subscription);
      if (++served % LISTENERS_PER_LOOK > 0 || !turns.over) continue;
      await turns.next();
      if (this.#state !== state) return;
      maySend = this.surroundings.maySend();
    }
    if (turns.over) await turns.next();
  }
}
