import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { binaryFrame } from '../protocol/encode-frames.js';
import type { MessageTransport } from '../connections/transport.js';
import { WebSocketTransport } from './websocket-transport.js';

/** A WebSocket that carries the binary protocol of a feature. */
export class BinaryTransport extends WebSocketTransport implements MessageTransport {
  sentTooLarge = false;

  constructor(socket: WebSocket, wire: Duplex) {
    super(socket, wire);
    socket.on('error', ({ code }: NodeJS.ErrnoException) => {
      if (code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') this.sentTooLarge = true;
    });
  }

  sendBytes(bytes: Uint8Array): void {
    this.sendBuffer.write(binaryFrame(bytes));
  }
}
