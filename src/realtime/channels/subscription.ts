import type { ChannelState } from '../../platform/events/log-reader.js';
import type { Position } from '../../platform/events/logged-event.js';
import type { ServerFrame } from '../protocol/encode-frames.js';
import type { EventBatch } from './event-batch.js';
import type { Subscriber, SubscriberPosition } from './subscriber.js';

const HIGH_WATER_MARK_BYTES = 256 * 1024;

/** Where a subscription gets its events from. */
interface Source {
  readonly state: ChannelState;
  leave(subscription: Subscription): void;
}

/**
 * One listener's place in one channel. The rule that everything rests on: an event is written if and only if its offset
 * is the one after the last that was written. So there is no gap, no duplicate and no disorder, whoever delivers when.
 */
export class Subscription implements SubscriberPosition {
  #offset: number;
  #ended = false;

  constructor(
    private readonly source: Source,
    readonly subscriber: Subscriber,
    offset: number,
  ) {
    this.#offset = offset;
  }

  get offset(): number {
    return this.#offset;
  }

  get ended(): boolean {
    return this.#ended;
  }

  get position(): Position {
    const { channel, epoch } = this.source.state;
    return { channel, epoch, offset: this.#offset };
  }

  /** @returns false when the run doesn't join on to what was written: events in between are missing */
  take(batch: EventBatch): boolean {
    if (batch.last <= this.#offset) return true;
    if (batch.first > this.#offset + 1) return false;
    this.subscriber.write(batch, this);
    this.#offset = batch.last;
    return true;
  }

  /** As `take`, and false too when the listener has enough to swallow already: then it catches up at its own pace. */
  deliver(batch: EventBatch): boolean {
    if (batch.last > this.#offset && this.subscriber.bufferedBytes > HIGH_WATER_MARK_BYTES) return false;
    return this.take(batch);
  }

  /** Writes a frame that has no place in the channel's order. @returns false when the listener has enough to swallow already */
  pass(frame: ServerFrame): boolean {
    if (this.subscriber.bufferedBytes > HIGH_WATER_MARK_BYTES) return false;
    this.subscriber.pass(frame);
    return true;
  }

  /** Goes on after `offset`, and tells the listener that what came before is lost to it. */
  restart(offset: number): void {
    this.#offset = offset;
    this.subscriber.restart(this.position);
  }

  /** Not one event is written after this. */
  end(): void {
    this.#ended = true;
    this.source.leave(this);
  }
}
