import type { Position } from '../../platform/events/logged-event.js';
import type { ServerFrame } from '../protocol/encode-frames.js';
import type { EventBatch } from './event-batch.js';

/** How far a listener has got in a channel. */
export interface SubscriberPosition {
  /** Of the last event that was written. */
  readonly offset: number;
  readonly position: Position;
}

/** Somebody to whom the events of a subscription are written. */
export interface Subscriber {
  readonly userId: string;

  /** False for a machine: it listens, but nobody is there. */
  readonly isPerson: boolean;

  /** Whether the user may be back in a moment: nobody ended this on purpose. */
  readonly mayReturn: boolean;

  /** Bytes written that have not left yet. */
  readonly bufferedBytes: number;

  /** Writes the events of the run that follow `place`, which moves on afterwards. */
  write(batch: EventBatch, position: SubscriberPosition): void;

  /** Writes a frame that isn't an event. */
  pass(frame: ServerFrame): void;

  /** Settles when everything that was written has left, or when nothing more can. */
  drained(): Promise<void>;

  /** Runs `work` after all that was handed over before: the subscriptions of one listener catch up one by one. */
  enqueue(work: () => Promise<void>): Promise<void>;

  /** Events before `position` are not to be had any more: what the listener knows of the channel is void. */
  restart(position: Position): void;
}
