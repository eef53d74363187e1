import type { LogHint } from '../log-hint.js';
import type { LogConsumer } from './log-consumer.js';

const MAX_REMEMBERED = 10_000;

/**
 * A process's guess of the channels that have unread events for a consumer. The sweep corrects wrong guesses, so they
 * cost only time.
 */
export class CandidateChannels {
  private readonly concerns: (hint: LogHint) => boolean;
  /** Channels that may have unread events: from hints, from the sweep, or not yet read to the end. */
  private readonly waiting = new Set<string>();
  private readonly withCursor = new Set<string>();
  private skipped = new Set<string>();

  constructor(types: LogConsumer['types']) {
    const names = new Set(types);
    this.concerns = (hint) => types === 'all' || hint.types.some((type) => names.has(type));
  }

  get isEmpty(): boolean {
    return this.waiting.size === 0;
  }

  /** Ignores channels without relevant events as far as known; the sweep moves their cursors. */
  hear(hints: readonly LogHint[]): void {
    const wanted = hints.filter(this.concerns);
    this.add(wanted.map(({ channel }) => channel).filter((channel) => !this.skipped.has(channel)));
  }

  add(channels: readonly string[]): void {
    for (const channel of channels) remember(this.waiting, channel);
  }

  /** Channels that the sweep found in the database; overrides the remembered state. */
  addFound(channels: readonly string[]): void {
    for (const channel of channels) this.withCursor.delete(channel);
    this.add(channels);
  }

  take(max: number): string[] {
    const taken = [...this.waiting].slice(0, max);
    for (const channel of taken) this.waiting.delete(channel);
    return taken;
  }

  withoutCursor(channels: readonly string[]): string[] {
    return channels.filter((channel) => !this.withCursor.has(channel));
  }

  markCursors(channels: readonly string[]): void {
    for (const channel of channels) remember(this.withCursor, channel);
  }

  /** @returns a function that records the result of a transaction; it has no effect after `reconsider` in between */
  startLearning(): (relevant: readonly string[], others: readonly string[]) => void {
    const { skipped } = this;
    return (relevant, others) => {
      for (const channel of relevant) skipped.delete(channel);
      for (const channel of others) remember(skipped, channel);
    };
  }

  /** Skipped channels may be relevant to the consumer from now on. */
  reconsider(): void {
    this.skipped = new Set();
  }
}

function remember(channels: Set<string>, channel: string): void {
  if (channels.size >= MAX_REMEMBERED) channels.clear();
  channels.add(channel);
}
