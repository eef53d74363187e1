import { binaryFrame } from '../frames/frame.js';
import { WebSocketLine } from './websocket-line.js';

/** A WebSocket on which a feature speaks a binary protocol of its own: our frames and events mean nothing there. */
export class FeatureLine extends WebSocketLine {
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
