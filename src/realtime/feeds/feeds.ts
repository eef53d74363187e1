import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Bus } from '../../platform/bus/bus.js';
import { FenceNode } from '../../platform/fence/fence-node.js';
import { LOG_TOPIC, readHints } from '../../platform/events/log-hint.js';
import { LogReader, type ChannelState } from '../../platform/events/log-reader.js';
import type { LoggedEvent } from '../../platform/events/logged-event.js';
import { RealtimeMetrics } from '../realtime.metrics.js';
import { CatchUp } from './catch-up.js';
import { ChannelFeed, type Surroundings } from './channel-feed.js';
import type { Listener } from './listener.js';
import type { Subscription } from './subscription.js';
import { Turns } from './turns.js';

const PAGE_EVENTS = 500;
const FEEDS_PER_READ = 200;
/** Bounds how long a lost hint can keep an event back. */
const SWEEP_MS = 2_000;
const IDLE_MS = 30_000;

/** Learns who listens to what on this node, one call for each subscription that begins or has ended. */
export interface ListenerObserver {
  came(channel: string, listener: Listener): void;
  went(channel: string, listener: Listener): void;
}

interface Opening {
  readonly feed: Promise<ChannelFeed>;
  hinted: boolean;
}

/**
 * The channels that somebody on this node listens to, and the one reader of the log. A hint that continues a feed is
 * delivered from memory; any other marks the feed, and all marked feeds are read with one query while more gather.
 */
@Injectable()
export class Feeds implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(Feeds.name);
  private readonly feeds = new Map<string, ChannelFeed>();
  private readonly openings = new Map<string, Opening>();
  private readonly marked = new Set<ChannelFeed>();
  private readonly surroundings: Surroundings;
  private readonly observers = new Set<ListenerObserver>();
  private reading = false;
  private generation = 0;
  private sweeper: NodeJS.Timeout | undefined;
  private comparing = false;
  private unlisten = (): void => undefined;

  constructor(
    private readonly log: LogReader,
    private readonly bus: Bus,
    catchUp: CatchUp,
    metrics: RealtimeMetrics,
    fence: FenceNode,
  ) {
    this.surroundings = {
      catchUp: (feed, subscription) => void catchUp.run(feed, subscription),
      maySend: () => fence.holdsLease,
      turns: new Turns(),
      came: (channel, listener) => this.observers.forEach((observer) => observer.came(channel, listener)),
      went: (channel, listener) => this.observers.forEach((observer) => observer.went(channel, listener)),
      delivered: (events) => metrics.delivered.inc(events),
    };
    const listeners = () => [...this.feeds.values()].reduce((sum, feed) => sum + feed.listeners, 0);
    metrics.gauge('tidings_subscriptions', 'Subscriptions of the sockets and streams of this process.', listeners);
  }

  onModuleInit(): void {
    const ends = [
      this.bus.listen(LOG_TOPIC, (message) => this.hear(message)),
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

  /** Whether this feed is the one that hears of its channel; one that was idle for long is not. */
  isOpen(feed: ChannelFeed): boolean {
    return this.feeds.get(feed.state.channel) === feed;
  }

  /** The feed of a channel. After an `await` that follows, ask `isOpen` in the same tick in which you subscribe. */
  async open(channel: string): Promise<ChannelFeed> {
    const feed = this.feeds.get(channel);
    if (feed !== undefined) return feed;
    const opening = this.openings.get(channel) ?? { feed: this.start(channel), hinted: false };
    this.openings.set(channel, opening);
    return opening.feed;
  }

  /** @returns a function that ends it */
  observe(observer: ListenerObserver): () => void {
    this.observers.add(observer);
    return () => this.observers.delete(observer);
  }

  /** Of everybody who follows this channel on this node. */
  subscriptions(channel: string): Subscription[] {
    return this.feeds.get(channel)?.subscriptions ?? [];
  }

  /** How many follow this channel on this node. */
  listeners(channel: string): number {
    return this.feeds.get(channel)?.listeners ?? 0;
  }

  /** Forgets every feed: the log under them is another one. A subscription that is left stays as it is and gets nothing. */
  forgetAll(): void {
    this.generation++;
    this.feeds.clear();
    this.marked.clear();
  }

  private async start(channel: string): Promise<ChannelFeed> {
    try {
      const feed = new ChannelFeed(await this.openPresent(channel), this.surroundings);
      this.feeds.set(channel, feed);
      // The state may have been read before the event that this hint was about.
      if (this.openings.get(channel)?.hinted === true) this.mark(feed);
      return feed;
    } finally {
      this.openings.delete(channel);
    }
  }

  /** The state as it is in the present history. */
  private async openPresent(channel: string): Promise<ChannelState> {
    for (;;) {
      const { generation } = this;
      const state = await this.log.open(channel);
      if (generation === this.generation) return state;
    }
  }

  private hear(message: string): void {
    for (const { channel, epoch, last, events } of readHints(message)) {
      const opening = this.openings.get(channel);
      if (opening !== undefined) opening.hinted = true;
      const feed = this.feeds.get(channel);
      if (feed === undefined) continue;
      if (!feed.full && feed.state.epoch === epoch) feed.accept(events);
      if (feed.cursor.after < last) this.mark(feed);
    }
  }

  private mark(feed: ChannelFeed): void {
    this.marked.add(feed);
    if (!this.reading) void this.read();
  }

  private async read(): Promise<void> {
    this.reading = true;
    try {
      while (this.marked.size > 0) await this.readSome();
    } catch (error) {
      this.logger.warn({ msg: 'reading the log failed, the next sweep tries again', err: error });
    } finally {
      this.reading = false;
    }
  }

  private async readSome(): Promise<void> {
    const feeds = [...this.marked].filter((feed) => !feed.full).slice(0, FEEDS_PER_READ);
    if (feeds.length === 0) return nextTurn();
    // Unmarked before the query: an event that it comes too early to see leaves a new mark.
    for (const feed of feeds) this.marked.delete(feed);
    const before = feeds.map(({ state, cursor }) => ({ state, cursor }));
    const found = await this.log.readAfter(
      before.map(({ cursor }) => cursor),
      PAGE_EVENTS,
    );
    feeds.forEach((feed, i) => {
      if (feed.state === before[i]?.state) this.take(feed, found.get(feed.state.id) ?? []);
    });
  }

  private take(feed: ChannelFeed, events: readonly LoggedEvent[]): void {
    if (events.length === PAGE_EVENTS) this.marked.add(feed);
    // The events that are missing before these were trimmed before this node had read them.
    if (!feed.accept(events)) feed.restart({ ...feed.state, head: events.at(-1)?.offset ?? feed.cursor.after });
  }

  private async sweep(): Promise<void> {
    this.closeIdle();
    await this.compareAll();
    this.sweeper?.refresh();
  }

  private async compareAll(): Promise<void> {
    if (this.comparing) return;
    this.comparing = true;
    try {
      await this.compare([...this.feeds.values()]);
    } catch (error) {
      this.logger.warn({ msg: 'comparing the channels with the log failed', err: error });
    } finally {
      this.comparing = false;
    }
  }

  private closeIdle(): void {
    for (const [channel, { idleSince }] of this.feeds) {
      if (idleSince !== undefined && idleSince < performance.now() - IDLE_MS) this.feeds.delete(channel);
    }
  }

  private async compare(feeds: readonly ChannelFeed[]): Promise<void> {
    if (feeds.length === 0) return;
    const changed = await this.log.changed(
      feeds.map(({ state: { id, epoch }, cursor }) => ({ id, epoch, head: cursor.after })),
    );
    if (changed.size > 0) await this.look(feeds.filter((feed) => changed.has(feed.state.id)));
  }

  private async look(feeds: readonly ChannelFeed[]): Promise<void> {
    const believed = new Map(feeds.map((feed) => [feed, feed.cursor]));
    const states = new Map(
      (await this.log.states(feeds.map((feed) => feed.state.id))).map((state) => [state.id, state]),
    );
    for (const feed of feeds) {
      const found = states.get(feed.state.id);
      // A number that was given out in a lost history may be that of another channel now.
      const isSame = found?.channel === feed.state.channel;
      const state = isSame ? found : await this.log.open(feed.state.channel);
      if (!this.isOpen(feed)) continue;
      const wentBack = state.head < (believed.get(feed)?.after ?? 0);
      if (wentBack || isOther(state, feed)) feed.restart(state);
      else if (state.head > feed.cursor.after) this.mark(feed);
    }
  }
}

/** Whether the log under the feed is not the one that it knows, or has been trimmed beyond what it has read. */
function isOther(state: ChannelState, feed: ChannelFeed): boolean {
  return state.id !== feed.state.id || state.epoch !== feed.state.epoch || state.tail > feed.cursor.after;
}
