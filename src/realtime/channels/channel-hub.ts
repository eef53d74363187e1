import { Coalescer } from '../../platform/concurrency/coalescer.js';
import { singleFlight } from '../../platform/concurrency/single-flight.js';
import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { Bus } from '../../platform/bus/bus.js';
import { FenceNode } from '../../platform/fence/fence-node.js';
import { LOG_TOPIC, readHints } from '../../platform/events/log-hint.js';
import { LogReader, type ChannelState } from '../../platform/events/log-reader.js';
import type { LoggedEvent } from '../../platform/events/logged-event.js';
import { RealtimeMetrics } from '../metrics/realtime.metrics.js';
import { CatchUp } from './catch-up.js';
import { Channel, type ChannelDeps } from './channel.js';
import type { Subscription } from './subscription.js';
import { deliveryTrace } from './trace-delivery.js';
import { TimeSlice } from '../../platform/concurrency/time-slice.js';

const PAGE_EVENTS = 500;
const CHANNELS_PER_LOG_READ = 200;
/** Bounds how long a lost hint can delay an event. */
const SWEEP_MS = 2_000;
const IDLE_MS = 30_000;
/** A bus that takes longer to follow a channel delays its events, not its subscribers: the sweep finds lost hints. */
const FOLLOW_MS = 250;

/** Observes the subscriptions of this node: one call for each that begins or ends. */
export interface SubscriptionObserver {
  subscribed(subscription: Subscription): void;
  unsubscribed(subscription: Subscription): void;
  /** A subscription skips events that are no longer available: those after `reached` up to its position. */
  restarted?(subscription: Subscription, reached: number): void;
}

interface Opening {
  readonly channel: Promise<Channel>;
  hinted: boolean;
}

/**
 * The channels with subscribers on this node, and the only reader of the log for live events. A hint that continues a
 * channel is delivered from memory; any other marks the channel, and one query reads all marked channels.
 */
@Injectable()
export class ChannelHub implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(ChannelHub.name);
  private readonly channels = new Map<string, Channel>();
  private readonly openings = new Map<string, Opening>();
  private readonly marked = new Set<Channel>();
  private readonly deps: ChannelDeps;
  private readonly observers = new Set<SubscriptionObserver>();
  private readonly reading = new Coalescer(() => this.readMarked());
  private generation = 0;
  private sweeper: NodeJS.Timeout | undefined;
  private readonly compareAll = singleFlight(() => this.compareOnce());
  private unlisten = (): void => undefined;

  constructor(
    private readonly log: LogReader,
    private readonly bus: Bus,
    catchUp: CatchUp,
    metrics: RealtimeMetrics,
    fence: FenceNode,
  ) {
    const { latency, tracing } = metrics;
    this.deps = {
      catchUp: (channel, subscription) => void catchUp.run(channel, subscription),
      canSend: () => fence.holdsLease,
      timeSlice: new TimeSlice(),
      subscribed: (subscription) => this.observers.forEach((observer) => observer.subscribed(subscription)),
      unsubscribed: (subscription) => this.observers.forEach((observer) => observer.unsubscribed(subscription)),
      restarted: (subscription, reached) =>
        this.observers.forEach((observer) => observer.restarted?.(subscription, reached)),
      trace: deliveryTrace(tracing),
      sent: (channel, events) => metrics.sent(channel, events),
      written: (batch) => latency.observe(batch.times),
    };
    const subscribers = () => [...this.channels.values()].reduce((sum, channel) => sum + channel.subscribers, 0);
    metrics.gauge('tidings_subscriptions', 'Subscriptions of the sockets and streams of this process.', subscribers);
  }

  onModuleInit(): void {
    const ends = [
      this.bus.listen(LOG_TOPIC, (message) => this.onHint(message)),
      this.bus.onReturn(() => void this.compareAll()),
    ];
    this.unlisten = () => ends.forEach((end) => end());
    this.sweeper = setTimeout(() => void this.sweep(), SWEEP_MS).unref();
  }

  onApplicationShutdown(): void {
    this.unlisten();
    clearTimeout(this.sweeper);
    this.sweeper = undefined;
  }

  /** Whether hints still reach this object. The hub closes a channel that was idle for too long. */
  isOpen(channel: Channel): boolean {
    return this.channels.get(channel.state.channel) === channel;
  }

  /**
   * Opens a channel by name. If you `await` before you subscribe, check `isOpen` in the tick in which you subscribe.
   */
  async open(name: string): Promise<Channel> {
    const channel = this.channels.get(name);
    if (channel !== undefined) return channel;
    const opening = this.openings.get(name) ?? { channel: this.start(name), hinted: false };
    this.openings.set(name, opening);
    return opening.channel;
  }

  /** @returns a function that ends it */
  observe(observer: SubscriptionObserver): () => void {
    this.observers.add(observer);
    return () => this.observers.delete(observer);
  }

  /** The open channels of this node. */
  get all(): Iterable<Channel> {
    return this.channels.values();
  }

  /** The subscriptions to this channel on this node. */
  subscriptions(name: string): Subscription[] {
    return this.channels.get(name)?.subscriptions ?? [];
  }

  /** The number of subscriptions to this channel on this node. */
  subscribers(name: string): number {
    return this.channels.get(name)?.subscribers ?? 0;
  }

  /** Closes every channel, because the log's history has changed. Remaining subscriptions get no more events. */
  closeAll(): void {
    this.generation++;
    for (const name of this.channels.keys()) this.close(name);
    this.marked.clear();
  }

  private close(name: string): void {
    this.channels.delete(name);
    this.bus.unfollow(name);
  }

  private async start(name: string): Promise<Channel> {
    try {
      // Before the state is read, so that every later event is hinted at.
      await Promise.race([this.bus.follow(name), delay(FOLLOW_MS, undefined, { ref: false })]);
      const channel = new Channel(await this.openCurrent(name), this.deps);
      this.channels.set(name, channel);
      // The state may have been read before the hinted event was committed.
      if (this.openings.get(name)?.hinted === true) this.mark(channel);
      return channel;
    } catch (error) {
      this.bus.unfollow(name);
      throw error;
    } finally {
      this.openings.delete(name);
    }
  }

  /** Reads the state again if the log's history changes meanwhile. */
  private async openCurrent(name: string): Promise<ChannelState> {
    for (;;) {
      const { generation } = this;
      const state = await this.log.open(name);
      if (generation === this.generation) return state;
    }
  }

  private onHint(message: string): void {
    for (const { channel: name, epoch, last, events } of readHints(message)) {
      const opening = this.openings.get(name);
      if (opening !== undefined) opening.hinted = true;
      const channel = this.channels.get(name);
      if (channel === undefined) continue;
      // Another epoch: the channel was deleted, and created again perhaps.
      if (channel.state.epoch !== epoch) void this.compareAll();
      else if (!channel.isFull) channel.accept(events);
      if (channel.cursor.after < last) this.mark(channel);
    }
  }

  private mark(channel: Channel): void {
    this.marked.add(channel);
    void this.reading.request();
  }

  private async readMarked(): Promise<void> {
    try {
      while (this.marked.size > 0) await this.readSome();
    } catch (error) {
      this.logger.warn({ msg: 'reading the log failed, the next sweep retries', err: error });
    }
  }

  private async readSome(): Promise<void> {
    const channels = [...this.marked].filter((channel) => !channel.isFull).slice(0, CHANNELS_PER_LOG_READ);
    if (channels.length === 0) return nextTurn();
    // Unmarked before the query, so that an event committed after its snapshot marks the channel again.
    for (const channel of channels) this.marked.delete(channel);
    const before = channels.map(({ state, cursor }) => ({ state, cursor }));
    const found = await this.log.readAfter(
      before.map(({ cursor }) => cursor),
      PAGE_EVENTS,
    );
    channels.forEach((channel, i) => {
      if (channel.state === before[i]?.state) this.take(channel, found.get(channel.state.id) ?? []);
    });
  }

  private take(channel: Channel, events: readonly LoggedEvent[]): void {
    if (events.length === PAGE_EVENTS) this.marked.add(channel);
    // A gap before these events means that the log was trimmed before this node had read that far.
    if (!channel.accept(events))
      channel.restart({ ...channel.state, head: events.at(-1)?.offset ?? channel.cursor.after });
  }

  private async sweep(): Promise<void> {
    this.closeIdle();
    await this.compareAll();
    this.sweeper?.refresh();
  }

  private async compareOnce(): Promise<void> {
    try {
      await this.compare([...this.channels.values()]);
    } catch (error) {
      this.logger.warn({ msg: 'comparing the channels with the log failed', err: error });
    }
  }

  private closeIdle(): void {
    for (const [name, { idleSince }] of this.channels) {
      if (idleSince !== undefined && idleSince < performance.now() - IDLE_MS) this.close(name);
    }
  }

  private async compare(channels: readonly Channel[]): Promise<void> {
    if (channels.length === 0) return;
    const changed = await this.log.changed(
      channels.map(({ state: { id, epoch }, cursor }) => ({ id, epoch, head: cursor.after })),
    );
    if (changed.size > 0) await this.resync(channels.filter((channel) => changed.has(channel.state.id)));
  }

  private async resync(channels: readonly Channel[]): Promise<void> {
    const known = new Map(channels.map((channel) => [channel, channel.cursor]));
    const states = new Map(
      (await this.log.states(channels.map((channel) => channel.state.id))).map((state) => [state.id, state]),
    );
    for (const channel of channels) {
      const found = states.get(channel.state.id);
      // After a restore the same id may belong to another channel.
      const isSame = found?.channel === channel.state.channel;
      const state = isSame ? found : await this.log.open(channel.state.channel);
      if (!this.isOpen(channel)) continue;
      const wentBack = state.head < (known.get(channel)?.after ?? 0);
      if (wentBack || hasOtherLog(state, channel)) channel.restart(state);
      else if (state.head > channel.cursor.after) this.mark(channel);
    }
  }
}

/** Whether the channel's log was replaced, or trimmed beyond the cursor. */
function hasOtherLog(state: ChannelState, channel: Channel): boolean {
  return state.id !== channel.state.id || state.epoch !== channel.state.epoch || state.tail > channel.cursor.after;
}
