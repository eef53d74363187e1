import { Logger } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { Database, type Transaction } from '../../database/database.js';
import { repeat } from '../../repeat/repeat.js';
import { type Cursors, endOf, type Stretch } from './cursors.js';
import type { LogConsumer } from './log-consumer.js';

const SWEEP_MS = 2_000;
const GATHER_MS = 50;
const FOUND_AT_ONCE = 1_000;
const CHANNELS_TOGETHER = 200;
const EVENTS_TOGETHER = 1_000;
const MOST_REMEMBERED = 10_000;
const MOST_ATTEMPTS = 8;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 60_000;

/** Keeps one consumer up with the log, together with the other workers that do the same. */
export class FollowLog {
  private readonly logger = new Logger(FollowLog.name);
  /** Channels that may have grown: heard of, found by the sweep, or not yet read to their end. */
  private waiting = new Set<string>();
  private working: Promise<void> | undefined;
  private stopped = false;
  private readonly stopSweep: () => Promise<void>;

  constructor(
    private readonly consumer: LogConsumer,
    private readonly database: Database,
    private readonly cursors: Cursors,
  ) {
    this.stopSweep = repeat(
      SWEEP_MS,
      () => this.sweep(),
      (error) => this.logger.warn({ msg: 'looking for unread events failed', consumer: consumer.name, err: error }),
    );
  }

  /** Says that channels have grown. What is forgotten, the sweep finds. */
  look(channels: Iterable<string>): void {
    if (this.waiting.size > MOST_REMEMBERED) this.waiting = new Set();
    for (const channel of channels) this.waiting.add(channel);
    this.work();
  }

  async sweep(): Promise<void> {
    this.look(await this.cursors.unread(this.consumer.name, FOUND_AT_ONCE));
  }

  /** @returns when the transaction under way has ended */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.stopSweep();
    await this.working;
  }

  private work(): void {
    if (this.stopped || this.waiting.size === 0) return;
    this.working ??= this.drain()
      .catch((error: unknown) =>
        this.logger.warn({ msg: 'reading on failed', consumer: this.consumer.name, err: error }),
      )
      .finally(() => (this.working = undefined));
  }

  /** One transaction after the other: what is heard meanwhile is read together. */
  private async drain(): Promise<void> {
    while (this.waiting.size > 0 && !this.stopped) {
      const channels = [...this.waiting].slice(0, CHANNELS_TOGETHER);
      for (const channel of channels) this.waiting.delete(channel);
      await this.cursors.begin(this.consumer.name, channels);
      await this.take(channels);
      // A lone event is handled at once; of a stream of them each would cost a transaction.
      if (!this.stopped) await delay(GATHER_MS);
    }
  }

  private async take(channels: readonly string[]): Promise<void> {
    try {
      const unread = await this.together(channels);
      for (const channel of unread) this.waiting.add(channel);
    } catch (error) {
      this.logger.warn({ msg: 'reading events together failed', consumer: this.consumer.name, err: error });
      const [only, ...others] = channels;
      if (others.length > 0) for (const channel of channels) await this.take([channel]);
      else if (only !== undefined) await this.oneByOne(only);
    }
  }

  /** @returns the channels that have more to read */
  private async together(channels: readonly string[]): Promise<string[]> {
    return this.database.transaction(async (tx) => {
      const stretches = await this.cursors.claim(tx, this.consumer.name, channels, CHANNELS_TOGETHER);
      if (stretches.length === 0) return [];
      const window = Math.ceil(EVENTS_TOGETHER / stretches.length);
      await this.handle(tx, stretches, window);
      return stretches.filter((stretch) => endOf(stretch, window) < stretch.head).map(({ channel }) => channel);
    });
  }

  private async handle(tx: Transaction, stretches: readonly Stretch[], window: number): Promise<void> {
    const { name, types } = this.consumer;
    for (const { channel, after, tail } of stretches) {
      if (tail > after) this.logger.error({ msg: 'events were trimmed unread', consumer: name, channel, after, tail });
    }
    const events = await this.cursors.read(tx, stretches, types, window);
    if (events.length > 0) await this.consumer.handle(tx, events);
    await this.cursors.move(tx, name, stretches, window);
  }

  /** @throws Error when nothing could be claimed: then it is the database that fails, and no event */
  private async oneByOne(channel: string): Promise<void> {
    for (let more = true; more && !this.stopped;) {
      let claimed: Stretch | undefined;
      try {
        await this.database.transaction(async (tx) => {
          [claimed] = await this.cursors.claim(tx, this.consumer.name, [channel], 1);
          if (claimed !== undefined) await this.handle(tx, [claimed], 1);
        });
        more = claimed !== undefined;
      } catch (error) {
        if (claimed === undefined) throw error;
        more = false;
        await this.failed(claimed, error);
      }
    }
  }

  /** The channel waits for its event, the others don't; after the last try the event is stepped over. */
  private async failed(stretch: Stretch, error: unknown): Promise<void> {
    const { name, types } = this.consumer;
    const attempts = stretch.attempts + 1;
    const final = attempts >= MOST_ATTEMPTS;
    this.logger.error({ msg: 'an event was not handled', consumer: name, ...stretch, attempts, final, err: error });
    if (!final) {
      return this.cursors.postpone(name, stretch, Math.min(FIRST_RETRY_MS * 2 ** attempts, LONGEST_RETRY_MS));
    }
    await this.database.transaction(async (tx) => {
      const [still] = await this.cursors.claim(tx, name, [stretch.channel], 1);
      if (still?.after !== stretch.after) return;
      const [event] = await this.cursors.read(tx, [still], types, 1);
      const reason = error instanceof Error ? error.message : 'unknown';
      if (event !== undefined) await this.cursors.setAside(tx, name, event, reason);
      await this.cursors.move(tx, name, [still], 1);
    });
    this.waiting.add(stretch.channel);
  }
}
