import type { Position } from '../../platform/events/logged-event.js';
import type { ServerFrame } from '../protocol/encode-frames.js';
import type { EventBatch } from './event-batch.js';

/** The kind of a session: a WebSocket, or a stream of server-sent events. */
export type Via = 'ws' | 'sse';

/** A subscriber's position in a channel. */
export interface SubscriberPosition {
  /** The offset of the last event written. */
  readonly offset: number;
  readonly position: Position;
}

/** The receiver of a subscription's events. */
export interface Subscriber {
  /** The id of its session. */
  readonly id: string;

  readonly userId: string;

  readonly via: Via;

  /** False for an API key: a machine has no presence. */
  readonly isPerson: boolean;

  /** Whether the user may reconnect soon, because neither side ended this on purpose. */
  readonly mayReturn: boolean;

  /** Bytes written that the kernel has not taken yet. */
  readonly bufferedBytes: number;

  /** Writes the events of the batch that follow `position`. The caller advances the position afterwards. */
  write(batch: EventBatch, position: SubscriberPosition): void;

  /** Writes a frame that isn't an event. */
  pass(frame: ServerFrame): void;

  /** Settles when the send buffer is empty, or when the connection is closed. */
  drained(): Promise<void>;

  /** Runs `work` after all work enqueued before, so that a subscriber's subscriptions catch up one by one. */
  enqueue(work: () => Promise<void>): Promise<void>;

  /** Events before `position` are unavailable: the client has to reload its data of the channel. */
  restart(position: Position): void;
}
