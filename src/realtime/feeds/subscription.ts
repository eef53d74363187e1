import type { ChannelState } from '../../platform/events/log-reader.js';
import type { Position } from '../../platform/events/logged-event.js';
import type { ServerFrame } from '../frames/frame.js';
import type { EventRun } from './event-run.js';
import type { Listener, Place } from './listener.js';

const COMFORTABLE_BYTES = 256 * 1024;

/** Where a subscription gets its events from. */
interface Source {
  readonly state: ChannelState;
  leave(subscription: Subscription): void;
}

/**
 * One listener's place in one channel. The rule that everything rests on: an event is written if and only if its offset
 * is the one after the last that was written. So there is no gap, no duplicate and no disorder, whoever delivers when.
 */
export class Subscription implements Place {
  #offset: number;
  #ended = false;

  constructor(
    private readonly source: Source,
    readonly listener: Listener,
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
  take(run: EventRun): boolean {
    if (run.last <= this.#offset) return true;
    if (run.first > this.#offset + 1) return false;
    this.listener.write(run, this);
    this.#offset = run.last;
    return true;
  }

  /** As `take`, and false too when the listener has enough to swallow already: then it catches up at its own pace. */
  deliver(run: EventRun): boolean {
    if (run.last > this.#offset && this.listener.unsent > COMFORTABLE_BYTES) return false;
    return this.take(run);
  }

  /** Writes a frame that has no place in the channel's order. @returns false when the listener has enough to swallow already */
  pass(frame: ServerFrame): boolean {
    if (this.listener.unsent > COMFORTABLE_BYTES) return false;
    this.listener.pass(frame);
    return true;
  }

  /** Goes on after `offset`, and tells the listener that what came before is lost to it. */
  restart(offset: number): void {
    this.#offset = offset;
    this.listener.restart(this.position);
  }

  /** Not one event is written after this. */
  end(): void {
    this.#ended = true;
    this.source.leave(this);
  }
}
