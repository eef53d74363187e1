import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { userChannel } from '../../access/public/user-channel.js';
import { Bus } from '../../platform/bus/bus.js';
import { Config } from '../../platform/config/config.js';
import { runEvery } from '../../platform/concurrency/run-every.js';
import { OnlineUsers } from '../public/online-users.js';
import { ChannelHub } from '../channels/channel-hub.js';
import type { Subscriber } from '../channels/subscriber.js';
import { hasPresence } from './has-presence.js';
import { PRESENCE_TOPIC, writePresenceHints } from './presence-hint.js';
import { PresenceStore } from './presence.store.js';
import { PresenceEntries, type PresenceEntry, type PresenceChanges } from './presence-entries.js';

const RENEW_MS = 1_200;
const SWEEP_MS = 1_500;
const EXPIRE_MS = 200;
const ENTRIES_PER_WRITE = 2_000;
const OWN_CHANNELS = userChannel('');

/**
 * This process's side of presence: writes down who of its clients is where. All that happens while a write is under way is
 * written by the next one, so ten thousand clients that connect at once cost a handful of statements.
 */
@Injectable()
export class LocalPresence implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(LocalPresence.name);
  private readonly id = randomUUID();
  private readonly entries: PresenceEntries;
  private turn: Promise<void> = Promise.resolve();
  /** After a failure only the next renewal tries again, and not every client that comes or goes. */
  private failing = false;
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
    await this.store.enter(this.id);
    const unobserve = this.hub.observe({
      subscribed: (channel, subscriber) => this.subscribed(channel, subscriber),
      unsubscribed: (channel, subscriber) => this.unsubscribed(channel, subscriber),
    });
    const stops = [
      runEvery(RENEW_MS, () => this.inTurn(() => this.renew()), this.warn),
      runEvery(SWEEP_MS, () => this.sweep(), this.warn),
      runEvery(EXPIRE_MS, () => this.expire(), this.warn),
    ];
    this.stop = async () => {
      unobserve();
      await Promise.all(stops.map((stop) => stop()));
    };
  }

  /** Clients that were sent away are kept for the grace, so that nobody sees them leave who is back elsewhere. */
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

  /** Settles when everything that has happened so far is written. */
  written(): Promise<void> {
    this.planned ??= this.inTurn(() => {
      this.planned = undefined;
      return this.write();
    });
    return this.planned;
  }

  /** These users' rights have changed: nobody who is away for a moment is kept any longer. */
  forget(userIds: readonly string[]): void {
    this.entries.forget(new Set(userIds));
    this.writeSoon();
  }

  /** What the database holds of this node may be of a history that is lost. */
  writeAnew(): Promise<void> {
    return this.inTurn(async () => {
      await this.store.forget(this.id);
      await this.store.enter(this.id);
      this.entries.rewrite();
      await this.write();
    });
  }

  private subscribed(channel: string, subscriber: Subscriber): void {
    if (!countsIn(channel, subscriber)) return;
    this.entries.take({ channel, userId: subscriber.userId });
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
    if (this.entries.changes > 0 && !this.failing) this.written().catch(this.warn);
  }

  /** What happens meanwhile waits for the next time, so that this comes to an end. */
  private async write(): Promise<void> {
    for (let left = this.entries.changes; left > 0; left -= ENTRIES_PER_WRITE) {
      const changes = this.entries.takeChanges(ENTRIES_PER_WRITE);
      try {
        await this.writeChanges(changes);
        this.entries.wrote(changes);
        this.failing = false;
      } catch (error) {
        this.entries.putBack(changes);
        this.failing = true;
        throw error;
      }
      this.tell([...changes.taken, ...changes.left].map(({ channel }) => channel));
    }
  }

  private async writeChanges({ taken, left }: PresenceChanges): Promise<void> {
    if (taken.length > 0) {
      const userIds = await this.store.add(this.id, taken, usersOnline(taken));
      this.online.announce({ type: 'user:online', userIds });
    }
    if (left.length > 0) {
      const userIds = await this.store.remove(this.id, left, usersOnline(left));
      this.online.announce({ type: 'user:offline', userIds });
    }
  }

  private async renew(): Promise<void> {
    if (!(await this.store.renew(this.id))) {
      // The database has lost its memory, or this process stood still and was taken for dead.
      await this.store.enter(this.id);
      this.entries.rewrite();
    }
    await this.write();
  }

  private async sweep(): Promise<void> {
    const { channels, offline } = await this.store.sweep();
    this.online.announce({ type: 'user:offline', userIds: offline });
    this.tell(channels);
  }

  private tell(channels: readonly string[]): void {
    for (const message of writePresenceHints(channels.filter(hasPresence))) this.bus.publish(PRESENCE_TOPIC, message);
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => undefined);
    return result;
  }

  private readonly warn = (error: unknown): void =>
    this.logger.warn({ msg: 'presence was not written down, the next round tries again', err: error });
}

/** Somebody is online by a seat in the own channel, which every connection follows. */
const usersOnline = (entries: readonly PresenceEntry[]): string[] =>
  entries.filter(({ channel, userId }) => channel === userChannel(userId)).map(({ userId }) => userId);

const countsIn = (channel: string, { isPerson, userId }: Subscriber): boolean =>
  isPerson && (hasPresence(channel) || channel === userChannel(userId));
