import type { ChannelState } from '../../platform/events/log-reader.js';
import type { Position } from '../../platform/events/logged-event.js';
import type { ServerFrame } from '../protocol/encode-frames.js';
import type { EventBatch } from './event-batch.js';
import type { Subscriber, SubscriberPosition } from './subscriber.js';

const HIGH_WATER_MARK_BYTES = 256 * 1024;

export interface SubscriptionStart {
  /** The offset that the first event follows. */
  readonly offset: number;
  /** Whether the subscriber may see the restricted fields of events. */
  readonly seesRestricted: boolean;
}

/** The channel that a subscription belongs to. */
interface Source {
  readonly state: ChannelState;
  readonly cursor: { readonly after: number };
  isLive(subscription: Subscription): boolean;
  restarted(subscription: Subscription, reached: number): void;
  leave(subscription: Subscription): void;
}

/**
 * One subscriber's position in one channel. An event is written if and only if its offset follows the last one written,
 * so there is no gap, no duplicate and no disorder, in whatever order batches are delivered.
 */
export class Subscription implements SubscriberPosition {
  /** The number of its row in the record of this node's subscriptions; 0 while it has none. */
  span = 0;
  #offset: number;
  #ended = false;
  #seesRestricted: boolean;

  constructor(
    private readonly source: Source,
    readonly subscriber: Subscriber,
    { offset, seesRestricted }: SubscriptionStart,
  ) {
    this.#offset = offset;
    this.#seesRestricted = seesRestricted;
  }

  get offset(): number {
    return this.#offset;
  }

  get ended(): boolean {
    return this.#ended;
  }

  get seesRestricted(): boolean {
    return this.#seesRestricted;
  }

  get channel(): ChannelState {
    return this.source.state;
  }

  /** Whether it has every event that the channel has delivered. */
  get isLive(): boolean {
    return this.source.isLive(this);
  }

  /** The number of events of the channel that this node knows and has not written yet. */
  get behind(): number {
    return Math.max(0, this.source.cursor.after - this.#offset);
  }

  get position(): Position {
    const { channel, epoch } = this.source.state;
    return { channel, epoch, offset: this.#offset };
  }

  /** @returns false if events between the last one written and the batch are missing */
  take(batch: EventBatch): boolean {
    if (batch.last <= this.#offset) return true;
    if (batch.first > this.#offset + 1) return false;
    this.subscriber.write(this.#seesRestricted ? batch.whole : batch, this);
    this.#offset = batch.last;
    return true;
  }

  /** As `take`, but also false above the high-water mark: the subscriber then catches up at its own pace. */
  deliver(batch: EventBatch): boolean {
    if (batch.last > this.#offset && this.subscriber.bufferedBytes > HIGH_WATER_MARK_BYTES) return false;
    return this.take(batch);
  }

  /** Writes a frame outside the channel's order. @returns false if the send buffer is above the high-water mark */
  pass(frame: ServerFrame): boolean {
    if (this.subscriber.bufferedBytes > HIGH_WATER_MARK_BYTES) return false;
    this.subscriber.pass(frame);
    return true;
  }

  /** Continues after `offset` and tells the client that earlier events are lost to it. */
  restart(offset: number): void {
    const reached = this.#offset;
    this.#offset = offset;
    this.source.restarted(this, reached);
    this.subscriber.restart(this.position);
  }

  /** Applies a change of rights to the events that are written after this call. */
  setSeesRestricted(seesRestricted: boolean): void {
    this.#seesRestricted = seesRestricted;
  }

  /** No event is written after this call. */
  end(): void {
    this.#ended = true;
    this.source.leave(this);
  }
}
