import type { Buffer } from 'node:buffer';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocket, type RawData } from 'ws';
import { CLOSE, type Closing } from '../protocol/close-codes.js';
import type { DuplexTransport, FrameWriter } from '../connections/transport.js';
import { SendBuffer } from '../connections/send-buffer.js';
import { Heartbeat } from '../connections/heartbeat.js';

/** How long a slow client may take to read the close frame; less than the closing timeout of ws. */
const DROP_MS = 1_000;

/** Writes data directly to the stream to which ws writes its control frames, so both keep their order. */
export class WebSocketTransport implements DuplexTransport {
  readonly via = 'ws';
  readonly sendBuffer: SendBuffer;
  readonly heartbeat = new Heartbeat(performance.now());

  constructor(
    private readonly socket: WebSocket,
    private readonly wire: Duplex,
  ) {
    this.sendBuffer = new SendBuffer(wire);
    // ws closes with the right code after a protocol violation; without a listener the error would be thrown.
    socket.on('error', () => undefined);
    socket.on('pong', () => this.heartbeat.heard());
    // Reads nothing before authentication: the client's first frames wait in the kernel.
    socket.pause();
  }

  get frames(): FrameWriter | undefined {
    return undefined;
  }

  get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  ping(): void {
    this.socket.ping();
  }

  onMessage(listener: (data: RawData, isBinary: boolean) => void): void {
    this.socket.on('message', listener);
  }

  onPing(listener: (data: Buffer) => void): void {
    this.socket.on('ping', listener);
  }

  pong(data: Buffer): void {
    this.socket.pong(data);
  }

  pauseReading(): void {
    // A pong would stay unread with the rest.
    this.heartbeat.heard();
    this.socket.pause();
  }

  resumeReading(): void {
    this.socket.resume();
  }

  /** Data that can't be sent before the closing timeout of ws is dropped. */
  close(closing: Closing): void {
    // Needed to read the client's close frame.
    this.socket.resume();
    this.socket.close(closing.code, closing.name);
    if (closing === CLOSE.slow) setTimeout(() => this.drop(), DROP_MS).unref();
  }

  terminate(): void {
    this.socket.terminate();
  }

  onClose(listener: () => void): void {
    this.socket.once('close', listener);
  }

  /** Resets the connection: after a mere close the kernel would keep megabytes of unread data for minutes. */
  private drop(): void {
    if (this.wire instanceof Socket) this.wire.resetAndDestroy();
  }
}
