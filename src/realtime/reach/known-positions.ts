import type { Channel } from '../channels/channel.js';
import type { Subscription } from '../channels/subscription.js';
import type { LaggingSpan, ReportedPositions } from './span.store.js';

interface Lagging extends LaggingSpan {
  readonly subscription: Subscription;
}

/** The channels of this node. */
interface OpenChannels {
  readonly all: Iterable<Channel>;
  isOpen(channel: Channel): boolean;
}

/** The positions that have changed since the last report. */
export interface ChangedPositions {
  /** With a null: live again, or ended. */
  readonly lagging: readonly Lagging[];
  /** Undefined: without subscriptions. */
  readonly progress: ReadonlyArray<readonly [Channel, number | undefined]>;
}

/**
 * The positions of this node's channels and subscriptions as the database has them. A subscription without its own has
 * at least the position of its channel, so both are compared in one tick and written in one transaction.
 */
export class KnownPositions {
  /** By number of the span. */
  private readonly lagging = new Map<number, Lagging>();
  private readonly progress = new Map<Channel, number>();

  /**
   * Takes a few nanoseconds for a channel without news: a node may have tens of thousands.
   * @param isWritten whether the database has the span with this number
   */
  compare(channels: OpenChannels, isWritten: (span: number) => boolean): ChangedPositions {
    const lagging: Lagging[] = [];
    const progress: Array<readonly [Channel, number | undefined]> = [];
    for (const channel of channels.all) {
      if (channel.lagging.size > 0) {
        for (const subscription of channel.lagging) {
          const { span: number, offset: reached } = subscription;
          if (isWritten(number) && this.lagging.get(number)?.reached !== reached)
            lagging.push({ number, subscription, reached });
        }
      }
      const { delivered } = channel;
      if (delivered !== undefined && channel.subscribers > 0 && this.progress.get(channel) !== delivered)
        progress.push([channel, delivered]);
    }
    for (const [number, { subscription }] of this.lagging)
      if (subscription.span !== number || subscription.ended || subscription.isLive)
        lagging.push({ number, subscription, reached: null });
    for (const channel of this.progress.keys())
      if (channel.subscribers === 0 || !channels.isOpen(channel)) progress.push([channel, undefined]);
    return { lagging, progress };
  }

  /** The changes are written. */
  apply({ lagging, progress }: ChangedPositions): void {
    for (const one of lagging) {
      if (one.reached === null) this.lagging.delete(one.number);
      else this.lagging.set(one.number, one);
    }
    for (const [channel, offset] of progress) {
      if (offset === undefined) this.progress.delete(channel);
      else this.progress.set(channel, offset);
    }
  }

  /** The database has lost them, so the next comparison finds all. */
  forget(): void {
    this.lagging.clear();
    this.progress.clear();
  }
}

export function rowsOf({ lagging, progress }: ChangedPositions, at: number): ReportedPositions {
  return {
    at,
    lagging,
    progress: progress.flatMap(([{ state }, offset]) =>
      offset === undefined ? [] : [{ channelId: state.id, epoch: state.epoch, offset }],
    ),
    left: progress.flatMap(([{ state }, offset]) => (offset === undefined ? [state.id] : [])),
  };
}
