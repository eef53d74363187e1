import { Coalescer } from '../../platform/concurrency/coalescer.js';
import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { Bus } from '../../platform/bus/bus.js';
import { FenceNode } from '../../platform/fence/fence-node.js';
import { runEvery } from '../../platform/concurrency/run-every.js';
import { Broadcast } from '../relays/broadcast.js';
import { ChannelHub } from '../channels/channel-hub.js';
import type { Subscription } from '../channels/subscription.js';
import { ServerFrame } from '../protocol/encode-frames.js';
import { hasPresence, PRESENCE_TOPIC } from './has-presence.js';
import { PresenceStore, type ChannelPresence } from './presence.store.js';
import { MAX_ANNOUNCED, PresenceState } from './presence-state.js';

const CHANNELS_PER_READ = 200;
/** The pause between two reads, so that concurrent joins are read together. */
const PAUSE_MS = 20;
/** Bounds how long a lost hint can delay a join or leave. */
const SWEEP_MS = 3_000;
/** The minimum time between two counts of a large channel, however many clients ask. */
const LARGE_CHANNEL_MS = 1_000;

interface Watched {
  known: PresenceState | undefined;
  readAt: number;
  /** Subscriptions that missed a change: they get the whole presence once their send buffer allows. */
  readonly missed: Set<Subscription>;
  /** Called when the requested read has succeeded or failed. */
  waiting: Array<(error?: unknown) => void>;
}

/**
 * Announces joins and leaves to this node's clients. The database is the truth: hints and the sweep only trigger reads,
 * and clients get the diff to the previous read, so each change is announced once however often it was hinted at.
 */
@Injectable()
export class PresenceBroadcaster implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(PresenceBroadcaster.name);
  private readonly watched = new Map<string, Watched>();
  private readonly marked = new Set<string>();
  private readonly reading = new Coalescer(() => this.readMarked());
  private stop = async (): Promise<void> => undefined;

  constructor(
    private readonly store: PresenceStore,
    private readonly hub: ChannelHub,
    private readonly broadcast: Broadcast,
    private readonly bus: Bus,
    private readonly fence: FenceNode,
  ) {}

  onModuleInit(): void {
    const ends = [
      this.hub.observe({
        subscribed: ({ channel }) => this.begin(channel.channel),
        unsubscribed: ({ channel }) => this.end(channel.channel),
      }),
      this.bus.listen(PRESENCE_TOPIC, (channel) => this.onHint(channel)),
      this.bus.onReturn(() => this.sweep()),
    ];
    const stop = runEvery(SWEEP_MS, async () => this.sweep(), this.warn);
    this.stop = async () => {
      for (const end of ends) end();
      await stop();
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.stop();
  }

  /** The presence that this node's clients know; undefined if none of them is subscribed to the channel. */
  known(channel: string): PresenceState | undefined {
    return this.watched.get(channel)?.known;
  }

  /** The number of watched channels, by whether they announce single users. */
  channelCounts(): { announced: number; largeChannels: number } {
    let largeChannels = 0;
    for (const { known } of this.watched.values()) if (known?.announced === false) largeChannels++;
    return { announced: this.watched.size - largeChannels, largeChannels };
  }

  /** Settles when `known` is at least as new as this call; for a large channel it may be a second older. */
  async refreshed(channel: string): Promise<void> {
    const watched = this.watched.get(channel);
    if (watched === undefined || isRecentCount(watched)) return;
    await new Promise<void>((resolve, reject) => {
      watched.waiting.push((error) => (error === undefined ? resolve() : reject(error)));
      this.mark(channel);
    });
  }

  private begin(channel: string): void {
    if (this.watched.has(channel) || !hasPresence(channel)) return;
    this.watched.set(channel, { known: undefined, readAt: 0, missed: new Set(), waiting: [] });
    this.mark(channel);
  }

  private end(channel: string): void {
    const watched = this.watched.get(channel);
    if (watched === undefined || this.hub.subscribers(channel) > 0) return;
    this.watched.delete(channel);
    for (const settle of watched.waiting) settle();
  }

  private onHint(channel: string): void {
    // A large channel announces no one, so the sweep is soon enough to see that it has shrunk.
    const watched = this.watched.get(channel);
    if (watched !== undefined && watched.known?.announced !== false) this.mark(channel);
  }

  private sweep(): void {
    for (const [channel, watched] of this.watched) {
      this.sendMissed(watched);
      this.mark(channel);
    }
  }

  private mark(channel: string): void {
    this.marked.add(channel);
    void this.reading.request();
  }

  private async readMarked(): Promise<void> {
    while (this.marked.size > 0) {
      const channels = [...this.marked].slice(0, CHANNELS_PER_READ);
      // Unmarked before the query, so that a change committed after its snapshot marks the channel again.
      for (const channel of channels) this.marked.delete(channel);
      await this.readSome(channels);
      await delay(PAUSE_MS, undefined, { ref: false });
    }
  }

  private async readSome(channels: readonly string[]): Promise<void> {
    const waiting = channels.flatMap((channel) => this.watched.get(channel)?.waiting.splice(0) ?? []);
    try {
      const found = await this.store.read(channels, MAX_ANNOUNCED);
      await this.fence.leaseHeld();
      for (const presence of found) await this.update(presence);
      for (const settle of waiting) settle();
    } catch (error) {
      for (const settle of waiting) settle(error);
      this.warn(error);
    }
  }

  private async update(presence: ChannelPresence): Promise<void> {
    const watched = this.watched.get(presence.channel);
    if (watched === undefined) return;
    const before = watched.known;
    const now = PresenceState.of(presence, before);
    watched.known = now;
    watched.readAt = performance.now();
    if (before === undefined) return;
    for (const { frame, excludedUserId } of framesBetween(before, now)) {
      for (const missed of await this.broadcast.run(presence.channel, frame, excludedUserId))
        watched.missed.add(missed);
    }
  }

  private sendMissed({ known, missed }: Watched): void {
    if (known === undefined || missed.size === 0 || !this.fence.holdsLease) return;
    const whole = ServerFrame.of('presence', known.payload);
    for (const subscription of missed) {
      if (subscription.ended || subscription.pass(whole)) missed.delete(subscription);
    }
  }

  private readonly warn = (error: unknown): void =>
    this.logger.warn({ msg: 'reading presence failed, the next sweep retries', err: error });
}

const isRecentCount = ({ known, readAt }: Watched): boolean =>
  known?.announced === false && performance.now() - readAt < LARGE_CHANNEL_MS;

interface Announcement {
  readonly frame: ServerFrame;
  /** The user who joined or left and who doesn't get the frame. */
  readonly excludedUserId: string | undefined;
}

function framesBetween(before: PresenceState, now: PresenceState): Announcement[] {
  const diffs = now.since(before);
  if (diffs === undefined) return [{ frame: ServerFrame.of('presence', now.payload), excludedUserId: undefined }];
  const { channel } = now.payload;
  return diffs.map(({ type, userId }) => ({
    frame: ServerFrame.of(type, { channel, userId }),
    excludedUserId: userId,
  }));
}
