import { SerialQueue } from '../../platform/concurrency/serial-queue.js';
import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { userChannel } from '../../access/public/user-channel.js';
import { Bus } from '../../platform/bus/bus.js';
import { Config } from '../../platform/config/config.js';
import { runEvery } from '../../platform/concurrency/run-every.js';
import { OnlineUsers } from '../public/online-users.js';
import { ChannelHub } from '../channels/channel-hub.js';
import type { Subscriber } from '../channels/subscriber.js';
import { hasPresence, PRESENCE_TOPIC } from './has-presence.js';
import { PresenceStore } from './presence.store.js';
import { PresenceEntries, type PresenceEntry, type PresenceChanges } from './presence-entries.js';

const RENEW_MS = 1_200;
const SWEEP_MS = 1_500;
const EXPIRE_MS = 200;
const ENTRIES_PER_WRITE = 2_000;
const OWN_CHANNELS = userChannel('');

/**
 * Writes the presence of this process's clients to the database. Changes during a write are batched into the next one,
 * so ten thousand clients that connect at once cost a handful of statements.
 */
@Injectable()
export class LocalPresence implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(LocalPresence.name);
  private readonly id = randomUUID();
  private readonly entries: PresenceEntries;
  private readonly writes = new SerialQueue();
  /** After a failure only the next renewal retries, and not every join and leave. */
  private hasFailed = false;
  private planned: Promise<void> | undefined;
  private stop = async (): Promise<void> => undefined;

  constructor(
    private readonly store: PresenceStore,
    private readonly hub: ChannelHub,
    private readonly bus: Bus,
    private readonly online: OnlineUsers,
    config: Config,
  ) {
    this.entries = new PresenceEntries(config.presenceGraceSeconds * 1_000);
  }

  async onModuleInit(): Promise<void> {
    await this.store.register(this.id);
    const unobserve = this.hub.observe({
      subscribed: ({ channel: { channel }, subscriber }) => this.subscribed(channel, subscriber),
      unsubscribed: ({ channel: { channel }, subscriber }) => this.unsubscribed(channel, subscriber),
    });
    const stops = [
      runEvery(RENEW_MS, () => this.writes.run(() => this.renew()), this.warn),
      runEvery(SWEEP_MS, () => this.sweep(), this.warn),
      runEvery(EXPIRE_MS, () => this.expire(), this.warn),
    ];
    this.stop = async () => {
      unobserve();
      await Promise.all(stops.map((stop) => stop()));
    };
  }

  /**
   * Keeps the entries of drained clients for the grace period, so that clients that reconnect elsewhere don't leave.
   */
  async onApplicationShutdown(): Promise<void> {
    await this.stop();
    await this.written().catch(this.warn);
    await this.store.endLease(this.id).catch(this.warn);
  }

  usersOnline(): number {
    return this.entries.countIn(OWN_CHANNELS);
  }

  get entryCount(): number {
    return this.entries.size;
  }

  get unwritten(): number {
    return this.entries.changes;
  }

  /** Settles when all changes so far are written. */
  written(): Promise<void> {
    this.planned ??= this.writes.run(() => {
      this.planned = undefined;
      return this.write();
    });
    return this.planned;
  }

  /** Ends the grace period of users whose rights have changed. */
  forget(userIds: readonly string[]): void {
    this.entries.forget(new Set(userIds));
    this.writeSoon();
  }

  /** Rewrites all entries, after the database's history has changed. */
  rewriteAll(): Promise<void> {
    return this.writes.run(async () => {
      await this.store.removeEntries(this.id);
      await this.store.register(this.id);
      this.entries.rewrite();
      await this.write();
    });
  }

  private subscribed(channel: string, subscriber: Subscriber): void {
    if (!countsIn(channel, subscriber)) return;
    this.entries.join({ channel, userId: subscriber.userId });
    this.writeSoon();
  }

  private unsubscribed(channel: string, subscriber: Subscriber): void {
    if (!countsIn(channel, subscriber)) return;
    this.entries.leave({ channel, userId: subscriber.userId }, subscriber.mayReturn, performance.now());
    this.writeSoon();
  }

  private async expire(): Promise<void> {
    this.entries.expire(performance.now());
    this.writeSoon();
  }

  private writeSoon(): void {
    if (this.entries.changes > 0 && !this.hasFailed) this.written().catch(this.warn);
  }

  /** Writes the changes that exist at the start. Later ones wait for the next write, so that this one ends. */
  private async write(): Promise<void> {
    for (let left = this.entries.changes; left > 0; left -= ENTRIES_PER_WRITE) {
      const changes = this.entries.takeChanges(ENTRIES_PER_WRITE);
      try {
        await this.writeChanges(changes);
        this.entries.markWritten(changes);
        this.hasFailed = false;
      } catch (error) {
        this.entries.requeue(changes);
        this.hasFailed = true;
        throw error;
      }
      this.publishHints([...changes.joined, ...changes.left].map(({ channel }) => channel));
    }
  }

  private async writeChanges({ joined, left }: PresenceChanges): Promise<void> {
    if (joined.length > 0) {
      const userIds = await this.store.add(this.id, joined, ownersOf(joined));
      this.online.announce({ type: 'user:online', userIds });
    }
    if (left.length > 0) {
      const userIds = await this.store.remove(this.id, left, ownersOf(left));
      this.online.announce({ type: 'user:offline', userIds });
    }
  }

  private async renew(): Promise<void> {
    if (!(await this.store.renew(this.id))) {
      // The database was restored, or this process was suspended for so long that others swept its entries.
      await this.store.register(this.id);
      this.entries.rewrite();
    }
    await this.write();
  }

  private async sweep(): Promise<void> {
    const { channels, offline } = await this.store.sweep();
    this.online.announce({ type: 'user:offline', userIds: offline });
    this.publishHints(channels);
  }

  private publishHints(channels: readonly string[]): void {
    for (const channel of new Set(channels.filter(hasPresence))) this.bus.publishTo(channel, PRESENCE_TOPIC, channel);
  }

  private readonly warn = (error: unknown): void =>
    this.logger.warn({ msg: 'writing presence failed, the next renewal retries', err: error });
}

/** A user is online by an entry in their own channel, which every connection follows. */
const ownersOf = (entries: readonly PresenceEntry[]): string[] =>
  entries.filter(({ channel, userId }) => channel === userChannel(userId)).map(({ userId }) => userId);

const countsIn = (channel: string, { isPerson, userId }: Subscriber): boolean =>
  isPerson && (hasPresence(channel) || channel === userChannel(userId));
