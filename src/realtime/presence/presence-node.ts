import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { userChannel } from '../../access/contracts/user-channel.js';
import { Bus } from '../../platform/bus/bus.js';
import { Config } from '../../platform/config/config.js';
import { repeat } from '../../platform/repeat/repeat.js';
import { OnlineUsers } from '../contracts/online-users.js';
import { Feeds } from '../feeds/feeds.js';
import type { Listener } from '../feeds/listener.js';
import { hasPresence } from './has-presence.js';
import { PRESENCE_TOPIC, writePresenceHints } from './presence-hint.js';
import { PresenceRegister } from './presence-register.js';
import { Seats, type Seat, type SeatChanges } from './seats.js';

const RENEW_MS = 1_200;
const SWEEP_MS = 1_500;
const EXPIRE_MS = 200;
const SEATS_PER_WRITE = 2_000;
const OWN_CHANNELS = userChannel('');

/**
 * This process's side of presence: writes down who of its clients is where. All that happens while a write is under way is
 * written by the next one, so ten thousand clients that connect at once cost a handful of statements.
 */
@Injectable()
export class PresenceNode implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(PresenceNode.name);
  private readonly id = randomUUID();
  private readonly seats: Seats;
  private turn: Promise<void> = Promise.resolve();
  /** After a failure only the next renewal tries again, and not every client that comes or goes. */
  private failing = false;
  private planned: Promise<void> | undefined;
  private stop = async (): Promise<void> => undefined;

  constructor(
    private readonly register: PresenceRegister,
    private readonly feeds: Feeds,
    private readonly bus: Bus,
    private readonly online: OnlineUsers,
    config: Config,
  ) {
    this.seats = new Seats(config.presenceGraceSeconds * 1_000);
  }

  async onModuleInit(): Promise<void> {
    await this.register.enter(this.id);
    const unobserve = this.feeds.observe({
      came: (channel, listener) => this.came(channel, listener),
      went: (channel, listener) => this.went(channel, listener),
    });
    const stops = [
      repeat(RENEW_MS, () => this.inTurn(() => this.renew()), this.warn),
      repeat(SWEEP_MS, () => this.sweep(), this.warn),
      repeat(EXPIRE_MS, () => this.expire(), this.warn),
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
    await this.register.endLease(this.id).catch(this.warn);
  }

  usersOnline(): number {
    return this.seats.countIn(OWN_CHANNELS);
  }

  get seatCount(): number {
    return this.seats.size;
  }

  get unwritten(): number {
    return this.seats.changes;
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
    this.seats.forget(new Set(userIds));
    this.writeSoon();
  }

  /** What the database holds of this node may be of a history that is lost. */
  writeAnew(): Promise<void> {
    return this.inTurn(async () => {
      await this.register.forget(this.id);
      await this.register.enter(this.id);
      this.seats.rewrite();
      await this.write();
    });
  }

  private came(channel: string, listener: Listener): void {
    if (!countsIn(channel, listener)) return;
    this.seats.take({ channel, userId: listener.userId });
    this.writeSoon();
  }

  private went(channel: string, listener: Listener): void {
    if (!countsIn(channel, listener)) return;
    this.seats.leave({ channel, userId: listener.userId }, listener.mayReturn, performance.now());
    this.writeSoon();
  }

  private async expire(): Promise<void> {
    this.seats.expire(performance.now());
    this.writeSoon();
  }

  private writeSoon(): void {
    if (this.seats.changes > 0 && !this.failing) this.written().catch(this.warn);
  }

  /** What happens meanwhile waits for the next time, so that this comes to an end. */
  private async write(): Promise<void> {
    for (let left = this.seats.changes; left > 0; left -= SEATS_PER_WRITE) {
      const changes = this.seats.takeChanges(SEATS_PER_WRITE);
      try {
        await this.writeChanges(changes);
        this.seats.wrote(changes);
        this.failing = false;
      } catch (error) {
        this.seats.putBack(changes);
        this.failing = true;
        throw error;
      }
      this.tell([...changes.taken, ...changes.left].map(({ channel }) => channel));
    }
  }

  private async writeChanges({ taken, left }: SeatChanges): Promise<void> {
    if (taken.length > 0) {
      const userIds = await this.register.add(this.id, taken, usersOnline(taken));
      this.online.announce({ type: 'user:online', userIds });
    }
    if (left.length > 0) {
      const userIds = await this.register.remove(this.id, left, usersOnline(left));
      this.online.announce({ type: 'user:offline', userIds });
    }
  }

  private async renew(): Promise<void> {
    if (!(await this.register.renew(this.id))) {
      // The database has lost its memory, or this process stood still and was taken for dead.
      await this.register.enter(this.id);
      this.seats.rewrite();
    }
    await this.write();
  }

  private async sweep(): Promise<void> {
    const { channels, offline } = await this.register.sweep();
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
const usersOnline = (seats: readonly Seat[]): string[] =>
  seats.filter(({ channel, userId }) => channel === userChannel(userId)).map(({ userId }) => userId);

const countsIn = (channel: string, { isPerson, userId }: Listener): boolean =>
  isPerson && (hasPresence(channel) || channel === userChannel(userId));
