import { Buffer } from 'node:buffer';
import type { Principal } from '../../identity/public/principal.js';
import type { FenceNode } from '../../platform/fence/fence-node.js';
import { CLOSE } from '../protocol/close-codes.js';
import { otherUser } from '../protocol/realtime.errors.js';
import type { MessageTransport } from '../connections/transport.js';
import type { Connection } from '../connections/connection.js';
import type { ConnectionRegistry } from '../connections/connection-registry.js';

/**
 * A WebSocket on a feature's path, with the rules of every connection: it has to authenticate in time, is pinged, ends
 * with its credential, is closed if it doesn't read, and with 1012 at shutdown. Reading is paused until
 * `resumeReading`.
 */
export class FeatureSocket {
  constructor(
    private readonly connection: Connection<MessageTransport>,
    private readonly connections: ConnectionRegistry,
    private readonly fence: FenceNode,
    private readonly maxBufferedBytes: number,
  ) {}

  get isOpen(): boolean {
    return this.connection.isOpen;
  }

  /**
   * Whether checked rights still hold; false on a node without its lease. Ignore the client's messages then, because
   * the right to send them may have been revoked.
   */
  get rightsHold(): boolean {
    return this.fence.holdsLease;
  }

  /** Whether it was closed with 1009. */
  get sentTooLarge(): boolean {
    return this.connection.transport.sentTooLarge;
  }

  /** @throws Error before `admit` was called */
  get principal(): Principal {
    return this.connection.principal;
  }

  /**
   * Binds the socket to a credential, or renews it.
   * @throws `connection.too-many` at the user's limit of connections, `auth.other-user` if the socket is another user's
   */
  admit(principal: Principal): void {
    const isFirst = !this.connection.isAuthenticated;
    if (!isFirst && this.connection.userId !== principal.userId) throw otherUser();
    this.connection.authenticated(principal);
    if (isFirst) this.connections.admit(this.connection);
  }

  onMessage(listener: (message: Buffer) => void): void {
    this.connection.transport.onMessage((data) => {
      // Any message proves that the client is alive; its pong may still be queued behind its messages.
      this.connection.transport.heartbeat.heard();
      if (Buffer.isBuffer(data)) listener(data);
    });
  }

  onClose(listener: () => void): void {
    this.connection.onClose(listener);
  }

  /** Sends one binary message. A node without its lease closes the socket instead, so that the client reconnects. */
  send(bytes: Uint8Array): void {
    if (!this.isOpen) return;
    if (!this.rightsHold) return this.close('tryLater');
    if (this.connection.bufferedBytes > this.maxBufferedBytes) return this.close('slow');
    this.connection.transport.sendBytes(bytes);
  }

  pauseReading(): void {
    this.connection.transport.pauseReading();
  }

  resumeReading(): void {
    this.connection.transport.resumeReading();
  }

  close(reason: keyof typeof CLOSE): void {
    this.connection.close(CLOSE[reason]);
  }
}
