import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { binaryFrame } from '../frames/frame.js';
import { WebSocketLine } from './websocket-line.js';

/** A WebSocket on which a feature speaks a binary protocol of its own: our frames and events mean nothing there. */
export class FeatureLine extends WebSocketLine {
  /** Whether the client sent a message that is larger than any may be; ws ends the socket for that. */
  sentTooLarge = false;

  constructor(socket: WebSocket, wire: Duplex) {
    super(socket, wire);
    socket.on('error', ({ code }: NodeJS.ErrnoException) => {
      if (code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') this.sentTooLarge = true;
    });
  }

  override send(): void {
    // Nobody would understand it; why a socket ends, its close code says.
  }

  override write(): void {
    // It follows no channel.
  }

  sendBytes(bytes: Uint8Array): void {
    this.outgoing.write(binaryFrame(bytes));
  }
}
