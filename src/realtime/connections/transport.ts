import type { RawData } from 'ws';
import type { EventBatch } from '../channels/event-batch.js';
import type { SubscriberPosition, Via } from '../channels/subscriber.js';
import type { Closing } from '../protocol/close-codes.js';
import type { ServerFrame } from '../protocol/encode-frames.js';
import type { Heartbeat } from './heartbeat.js';
import type { SendBuffer } from './send-buffer.js';

/** Writes the frames of the protocol. */
export interface FrameWriter {
  send(frame: ServerFrame): void;

  /** Writes the events of the batch that follow `position`. */
  write(batch: EventBatch, position: SubscriberPosition): void;
}

/** The network side of a connection, implemented by WebSockets and by event streams. */
export interface Transport {
  readonly via: Via;
  readonly isOpen: boolean;
  readonly sendBuffer: SendBuffer;
  readonly heartbeat: Heartbeat;

  /** Undefined on a transport that carries the binary protocol of a feature. */
  readonly frames: FrameWriter | undefined;

  /** Makes the client show that it is alive. */
  ping(): void;

  /**
   * Sends what is buffered if the client reads it in time, with the reason for the close where the transport has one.
   */
  close(closing: Closing): void;

  /** Closes at once. */
  terminate(): void;

  /** Calls `listener` once, whichever side closes. */
  onClose(listener: () => void): void;
}

/** A transport whose client sends too. Nothing is read before the first `resumeReading`. */
export interface DuplexTransport extends Transport {
  pauseReading(): void;
  resumeReading(): void;
  onMessage(listener: (data: RawData, isBinary: boolean) => void): void;
}

/** Carries the binary messages of a feature. */
export interface MessageTransport extends DuplexTransport {
  /** Whether the client sent a message above the limit of its path; ws closes the socket for that. */
  readonly sentTooLarge: boolean;

  sendBytes(bytes: Uint8Array): void;
}
