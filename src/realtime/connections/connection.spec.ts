import { describe, expect, it } from '@jest/globals';
import { Writable } from 'node:stream';
import { CLOSE, type Closing } from '../protocol/close-codes.js';
import { ServerFrame } from '../protocol/encode-frames.js';
import type { EventBatch } from '../channels/event-batch.js';
import type { SubscriberPosition } from '../channels/subscriber.js';
import { Connection } from './connection.js';
import { Heartbeat } from './heartbeat.js';
import { SendBuffer } from './send-buffer.js';
import type { FrameWriter, Transport } from './transport.js';

/** A connection whose other side reads nothing. */
class UnreadTransport implements Transport, FrameWriter {
  readonly via = 'ws';
  readonly sendBuffer = new SendBuffer(new Writable({ write: () => undefined }));
  readonly heartbeat = new Heartbeat(0);
  closing: Closing | undefined;

  get isOpen(): boolean {
    return this.closing === undefined;
  }

  get frames(): this {
    return this;
  }

  send(frame: ServerFrame): void {
    this.sendBuffer.write(frame.bytes);
  }

  write(batch: EventBatch, position: SubscriberPosition): void {
    this.sendBuffer.write(batch.after(position.offset));
  }

  ping(): void {}

  close(closing: Closing): void {
    this.closing = closing;
  }

  terminate(): void {}

  onClose(): void {}
}

describe('a connection', () => {
  it('closes a client that does not read after 1 MiB of frames', () => {
    const transport = new UnreadTransport();
    const connection = new Connection(transport);
    const frame = ServerFrame.of('test', 'x'.repeat(100_000));
    for (let sent = 0; sent < 100; sent++) connection.pass(frame);
    expect(transport.closing).toBe(CLOSE.slow);
    expect(connection.bufferedBytes).toBeGreaterThan(1024 * 1024);
    expect(connection.bufferedBytes).toBeLessThan(1.2 * 1024 * 1024);
  });
});
