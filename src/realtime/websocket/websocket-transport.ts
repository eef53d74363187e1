import type { Buffer } from 'node:buffer';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocket, type RawData } from 'ws';
import { CLOSE, type Closing } from '../protocol/close-codes.js';
import type { DuplexTransport, FrameWriter } from '../connections/transport.js';
import { SendBuffer } from '../connections/send-buffer.js';
import { Heartbeat } from '../connections/heartbeat.js';

/** What a slow client has to read the close frame; less than ws gives it. */
const DROP_MS = 1_000;

/** A WebSocket. Data goes straight into the stream that ws writes its control frames to, so both keep their order. */
export class WebSocketTransport implements DuplexTransport {
  readonly frames: FrameWriter | undefined = undefined;
  readonly sendBuffer: SendBuffer;
  readonly heartbeat = new Heartbeat(performance.now());

  constructor(
    private readonly socket: WebSocket,
    private readonly wire: Duplex,
  ) {
    this.sendBuffer = new SendBuffer(wire);
    // ws answers a violated protocol or limit with the right close code; without a listener the error would be thrown.
    socket.on('error', () => undefined);
    socket.on('pong', () => this.heartbeat.heard());
    // Nothing is read before it is known who is there: the client's first frames wait in the kernel.
    socket.pause();
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
    // A pong would wait with the rest.
    this.heartbeat.heard();
    this.socket.pause();
  }

  resumeReading(): void {
    this.socket.resume();
  }

  /** What can't leave before ws's closing deadline is dropped with the socket. */
  close(closing: Closing): void {
    // The client's answer to the close frame has to be read.
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

  /** A connection that is only closed keeps what its client doesn't read in the kernel, megabytes for minutes. */
  private drop(): void {
    if (this.wire instanceof Socket) this.wire.resetAndDestroy();
  }
}
