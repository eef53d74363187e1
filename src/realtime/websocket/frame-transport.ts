import type { EventBatch } from '../channels/event-batch.js';
import type { SubscriberPosition } from '../channels/subscriber.js';
import type { FrameWriter } from '../connections/transport.js';
import type { ServerFrame } from '../protocol/encode-frames.js';
import { WebSocketTransport } from './websocket-transport.js';

/** A WebSocket that carries the JSON frames of the protocol. */
export class FrameTransport extends WebSocketTransport implements FrameWriter {
  override get frames(): this {
    return this;
  }

  send(frame: ServerFrame): void {
    this.sendBuffer.write(frame.bytes);
  }

  write(batch: EventBatch, position: SubscriberPosition): void {
    this.sendBuffer.write(batch.after(position.offset));
  }
}
