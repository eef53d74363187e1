import { Buffer } from 'node:buffer';
import type { Principal } from '../../identity/public/principal.js';
import type { FenceNode } from '../../platform/fence/fence-node.js';
import { CLOSE } from '../protocol/close-codes.js';
import { otherUser } from '../protocol/realtime.errors.js';
import type { MessageTransport } from '../connections/transport.js';
import type { Connection } from '../connections/connection.js';
import type { ConnectionRegistry } from '../connections/connection-registry.js';

/**
 * One WebSocket on a path of a feature. It is a session like the others: it has to say soon who it is, it is pinged, ends
 * with its credential, is cut when it doesn't read, and is let go with 1012 when the process ends. Reading is paused
 * until `resumeReading`.
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
   * Whether rights that were checked still hold: a node that was cut off or stopped doesn't know. What a client says
   * then must not be taken: it may have been said after the right to say it was gone.
   */
  get rightsHold(): boolean {
    return this.fence.holdsLease;
  }

  /** Whether it was ended with 1009. */
  get sentTooLarge(): boolean {
    return this.connection.transport.sentTooLarge;
  }

  /** @throws Error before `admit` was called */
  get principal(): Principal {
    return this.connection.principal;
  }

  /**
   * From now on the socket lives by this credential.
   * @throws `connection.too-many` when the user has as many as one can have, `auth.other-user` when it has one of another
   */
  admit(principal: Principal): void {
    const isFirst = !this.connection.isAuthenticated;
    if (!isFirst && this.connection.userId !== principal.userId) throw otherUser();
    this.connection.authenticated(principal);
    if (isFirst) this.connections.admit(this.connection);
  }

  onMessage(listener: (message: Buffer) => void): void {
    this.connection.transport.onMessage((data) => {
      // Who talks is alive, also when its answer to a ping still waits behind what it says.
      this.connection.transport.heartbeat.heard();
      if (Buffer.isBuffer(data)) listener(data);
    });
  }

  onClose(listener: () => void): void {
    this.connection.onClose(listener);
  }

  /** One binary message. A node that doesn't know who may read sends nothing: it lets the client go elsewhere. */
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
