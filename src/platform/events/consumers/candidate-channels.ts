import type { LogHint } from '../log-hint.js';

const MAX_REMEMBERED = 10_000;

/**
 * What one process has heard of the channels that a consumer reads: a guess at which of them are worth a look. What it
 * forgets or misjudges the sweep finds, so nothing but time depends on it.
 */
export class CandidateChannels {
  private readonly types: ReadonlySet<string>;
  /** May hold something: heard of, found by the sweep, or not yet read to their end. */
  private readonly waiting = new Set<string>();
  private readonly begun = new Set<string>();
  private passedOver = new Set<string>();

  constructor(types: readonly string[]) {
    this.types = new Set(types);
  }

  get isEmpty(): boolean {
    return this.waiting.size === 0;
  }

  /** Of channels that hold nothing for the consumer as far as one knows, the sweep moves the cursors on. */
  hear(hints: readonly LogHint[]): void {
    const wanted = hints.filter(({ types }) => types.some((type) => this.types.has(type)));
    this.add(wanted.map(({ channel }) => channel).filter((channel) => !this.passedOver.has(channel)));
  }

  add(channels: readonly string[]): void {
    for (const channel of channels) remember(this.waiting, channel);
  }

  /** By looking into the database, which believes none of what is remembered here. */
  found(channels: readonly string[]): void {
    for (const channel of channels) this.begun.delete(channel);
    this.add(channels);
  }

  take(max: number): string[] {
    const taken = [...this.waiting].slice(0, max);
    for (const channel of taken) this.waiting.delete(channel);
    return taken;
  }

  withoutCursor(channels: readonly string[]): string[] {
    return channels.filter((channel) => !this.begun.has(channel));
  }

  haveCursors(channels: readonly string[]): void {
    for (const channel of channels) remember(this.begun, channel);
  }

  /** @returns takes what was learnt in the transaction that begins now, and forgets it if `reconsider` comes in between */
  judge(): (concerned: readonly string[], others: readonly string[]) => void {
    const { passedOver } = this;
    return (concerned, others) => {
      for (const channel of concerned) passedOver.delete(channel);
      for (const channel of others) remember(passedOver, channel);
    };
  }

  /** Channels that held nothing for the consumer may do so from now on. */
  reconsider(): void {
    this.passedOver = new Set();
  }
}

function remember(channels: Set<string>, channel: string): void {
  if (channels.size >= MAX_REMEMBERED) channels.clear();
  channels.add(channel);
}
