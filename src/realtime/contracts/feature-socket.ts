import { Buffer } from 'node:buffer';
import type { Principal } from '../../identity/contracts/principal.js';
import type { FenceNode } from '../../platform/fence/fence-node.js';
import { CLOSE } from '../frames/close-codes.js';
import { otherUser } from '../realtime.errors.js';
import type { FeatureLine } from '../sockets/feature-line.js';
import type { Session } from '../sockets/session.js';
import type { Sessions } from '../sockets/sessions.js';

/**
 * One WebSocket on a path of a feature. It is a session like the others: it has to say soon who it is, it is pinged, ends
 * with its credential, is cut when it doesn't read, and is let go with 1012 when the process ends. Reading is paused
 * until `resumeReading`.
 */
export class FeatureSocket {
  constructor(
    private readonly session: Session<FeatureLine>,
    private readonly sessions: Sessions,
    private readonly fence: FenceNode,
    private readonly mostUnsentBytes: number,
  ) {}

  get isOpen(): boolean {
    return this.session.isOpen;
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
    return this.session.line.sentTooLarge;
  }

  /** @throws Error before `admit` was called */
  get principal(): Principal {
    return this.session.principal;
  }

  /**
   * From now on the socket lives by this credential.
   * @throws `connection.too-many` when the user has as many as one can have, `auth.other-user` when it has one of another
   */
  admit(principal: Principal): void {
    const isFirst = !this.session.isAuthenticated;
    if (!isFirst && this.session.userId !== principal.userId) throw otherUser();
    this.session.authenticated(principal);
    if (isFirst) this.sessions.admit(this.session);
  }

  onMessage(listener: (message: Buffer) => void): void {
    this.session.line.onMessage((data) => {
      // Who talks is alive, also when its answer to a ping still waits behind what it says.
      this.session.line.pulse.heard();
      if (Buffer.isBuffer(data)) listener(data);
    });
  }

  onClose(listener: () => void): void {
    this.session.onClose(listener);
  }

  /** One binary message. A node that doesn't know who may read sends nothing: it lets the client go elsewhere. */
  send(bytes: Uint8Array): void {
    if (!this.isOpen) return;
    if (!this.rightsHold) return this.close('tryLater');
    if (this.session.unsent > this.mostUnsentBytes) return this.close('slow');
    this.session.line.sendBytes(bytes);
  }

  pauseReading(): void {
    this.session.line.pauseReading();
  }

  resumeReading(): void {
    this.session.line.resumeReading();
  }

  close(reason: keyof typeof CLOSE): void {
    this.session.close(CLOSE[reason]);
  }
}
