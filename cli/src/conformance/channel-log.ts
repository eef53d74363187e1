/** The position of a subscriber in a channel. */
export interface Place {
  readonly epoch: string;
  readonly offset: number;
}

export interface LoggedEvent {
  readonly type: string;
  readonly id: string;
  readonly channel: string;
  readonly offset: number;
  readonly ts: number;
  readonly actor: null;
  readonly payload: unknown;
}

/** The log of one channel, as a server keeps it. */
export class ChannelLog {
  private readonly events: LoggedEvent[] = [];
  private epochs = 1;
  /** The offset of the newest event that the log no longer keeps. */
  private tail = 0;

  constructor(readonly channel: string) {}

  get epoch(): string {
    return `${this.channel.split(':')[0]}-epoch-${this.epochs}`;
  }

  /** The offset of the newest event. */
  get head(): number {
    return this.events.length;
  }

  append(count: number, payload: unknown): LoggedEvent[] {
    const added = Array.from({ length: count }, (_, place) => {
      const offset = this.head + place + 1;
      const id = `${this.epoch}-${offset}`;
      // A type that no client knows: those of topics are of the workspace's own.
      return { type: 'conformance:event', id, channel: this.channel, offset, ts: Date.now(), actor: null, payload };
    });
    this.events.push(...added);
    return added;
  }

  /** The database went back to an earlier state, and the log has `head` events now. */
  reset(head: number): void {
    this.events.length = Math.min(head, this.events.length);
    this.epochs++;
  }

  /** Forgets all events. */
  trim(): void {
    this.tail = this.head;
  }

  /** The answer to a subscription, and the events that follow it. */
  from(position: Place | undefined) {
    const { epoch, head } = this;
    const isKnown = position?.epoch === epoch && position.offset >= this.tail && position.offset <= head;
    const offset = isKnown ? position.offset : head;
    return { start: { channel: this.channel, epoch, offset, recovered: isKnown }, missed: this.events.slice(offset) };
  }
}
