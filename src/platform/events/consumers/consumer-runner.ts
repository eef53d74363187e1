import { backoffMs } from '../../concurrency/backoff.js';
import { Coalescer } from '../../concurrency/coalescer.js';
import { Logger } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { Database, type Transaction } from '../../database/database.js';
import { runEvery } from '../../concurrency/run-every.js';
import type { LogHint } from '../log-hint.js';
import { type Cursors, shortened, type Range } from './cursors.js';
import { CandidateChannels } from './candidate-channels.js';
import type { LogConsumer } from './log-consumer.js';

const SWEEP_MS = 2_000;
const BATCH_DELAY_MS = 50;
/** Must hold all channels that wait for the sweep by design, as well as those with lost hints. */
const MAX_SWEPT = 5_000;
const MAX_CHANNELS = 200;
const MAX_EVENTS = 1_000;
const MAX_ATTEMPTS = 8;
const BACKOFF = { firstMs: 500, maxMs: 60_000 };

/** Reads the log for one consumer, together with the other workers that run it. */
export class ConsumerRunner {
  private readonly logger = new Logger(ConsumerRunner.name);
  private readonly channels: CandidateChannels;
  private readonly reading = new Coalescer(() => this.drain());
  private stopped = false;
  private readonly stopSweep: () => Promise<void>;

  constructor(
    private readonly consumer: LogConsumer,
    private readonly database: Database,
    private readonly cursors: Cursors,
  ) {
    this.channels = new CandidateChannels(consumer.types);
    this.stopSweep = runEvery(
      SWEEP_MS,
      () => this.sweep(),
      (error) => this.logger.warn({ msg: 'sweeping for unread events failed', consumer: consumer.name, err: error }),
    );
  }

  hear(hints: readonly LogHint[]): void {
    this.channels.hear(hints);
    this.work();
  }

  async sweep(): Promise<void> {
    this.channels.addFound(await this.cursors.unread(this.consumer.name, MAX_SWEPT));
    this.work();
  }

  /** Skipped channels may have become relevant to the consumer. */
  async reconsider(): Promise<void> {
    this.channels.reconsider();
    await this.sweep();
  }

  /** @returns when the current transaction has ended */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.stopSweep();
    await this.reading.idle();
  }

  private work(): void {
    if (this.stopped || this.channels.isEmpty) return;
    this.reading
      .request()
      .catch((error: unknown) =>
        this.logger.warn({ msg: 'reading the log failed', consumer: this.consumer.name, err: error }),
      );
  }

  /** Runs one transaction after another; hints that arrive meanwhile are combined. */
  private async drain(): Promise<void> {
    while (!this.channels.isEmpty && !this.stopped) {
      const channels = this.channels.take(MAX_CHANNELS);
      await this.begin(this.channels.withoutCursor(channels));
      await this.take(channels);
      // A single event is handled at once; the delay batches a stream of events into fewer transactions.
      if (!this.stopped) await delay(BATCH_DELAY_MS);
    }
  }

  private async begin(channels: readonly string[]): Promise<void> {
    if (channels.length === 0) return;
    await this.cursors.begin(this.consumer.name, channels);
    this.channels.markCursors(channels);
  }

  private async take(channels: readonly string[]): Promise<void> {
    try {
      this.channels.add(await this.handleBatch(channels));
    } catch (error) {
      this.logger.warn({ msg: 'handling a batch of events failed', consumer: this.consumer.name, err: error });
      const [only, ...others] = channels;
      if (others.length > 0) for (const channel of channels) await this.take([channel]);
      else if (only !== undefined) await this.oneByOne(only);
    }
  }

  /** @returns the channels with more to read */
  private async handleBatch(channels: readonly string[]): Promise<string[]> {
    const learn = this.channels.startLearning();
    return this.database.transaction(async (tx) => {
      const claimed = await this.cursors.claim(tx, this.consumer.name, channels, MAX_CHANNELS);
      if (claimed.length === 0) return [];
      const relevant = await this.consumer.interestedIn?.(tx, claimed.map(nameOf));
      const isRelevant = ({ channel }: Range) => relevant?.has(channel) ?? true;
      const [wanted, others] = [claimed.filter(isRelevant), claimed.filter((range) => !isRelevant(range))];
      const max = Math.ceil(MAX_EVENTS / wanted.length);
      const ranges = wanted.map((range) => shortened(range, max));
      await this.handle(tx, ranges, others);
      tx.afterCommit(() => learn(wanted.map(nameOf), others.map(nameOf)));
      return ranges.filter(({ end, head }) => end < head).map(nameOf);
    });
  }

  private async handle(tx: Transaction, ranges: readonly Range[], skipped: readonly Range[] = []): Promise<void> {
    const { name, types } = this.consumer;
    for (const { channel, after, tail } of ranges) {
      if (tail > after) this.logger.error({ msg: 'events were trimmed unread', consumer: name, channel, after, tail });
    }
    const events = ranges.length === 0 ? [] : await this.cursors.read(tx, ranges, types);
    if (events.length > 0) await this.consumer.handle(tx, events);
    await this.cursors.move(tx, name, [...ranges, ...skipped]);
  }

  /** @throws Error when no event could be claimed, because then the database fails, not an event */
  private async oneByOne(channel: string): Promise<void> {
    for (let more = true; more && !this.stopped;) {
      let claimed: Range | undefined;
      try {
        await this.database.transaction(async (tx) => {
          [claimed] = await this.cursors.claim(tx, this.consumer.name, [channel], 1);
          if (claimed !== undefined) await this.handle(tx, [shortened(claimed, 1)]);
        });
        more = claimed !== undefined;
      } catch (error) {
        if (claimed === undefined) throw error;
        more = false;
        await this.failed(claimed, error);
      }
    }
  }

  /** Blocks only this channel until the event succeeds; after the last attempt the event becomes a dead letter. */
  private async failed(range: Range, error: unknown): Promise<void> {
    const { name, types } = this.consumer;
    const attempts = range.attempts + 1;
    const final = attempts >= MAX_ATTEMPTS;
    this.logger.error({ msg: 'an event was not handled', consumer: name, ...range, attempts, final, err: error });
    if (!final) {
      return this.cursors.postpone(name, range, backoffMs(attempts + 1, BACKOFF));
    }
    await this.database.transaction(async (tx) => {
      const [still] = await this.cursors.claim(tx, name, [range.channel], 1);
      if (still?.after !== range.after) return;
      const first = shortened(still, 1);
      const [event] = await this.cursors.read(tx, [first], types);
      const reason = error instanceof Error ? error.message : 'unknown';
      if (event !== undefined) await this.cursors.addDeadLetter(tx, name, event, reason);
      await this.cursors.move(tx, name, [first]);
    });
    this.channels.add([range.channel]);
  }
}

const nameOf = ({ channel }: Range): string => channel;
