import type { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { WebSocket, type RawData } from 'ws';
import type { Principal } from '../../identity/contracts/principal.js';
import type { Position } from '../../platform/events/logged-event.js';
import { CLOSE, type Closing } from '../close-codes.js';
import type { Listener } from '../feeds/listener.js';
import type { Subscription } from '../feeds/subscription.js';
import { serverFrame, type FrameId } from '../frame.js';
import { errorPayload } from '../realtime.errors.js';
import { Outgoing } from './outgoing.js';
import { Pulse } from './pulse.js';

const MOST_UNSENT_BYTES = 1024 * 1024;

/** One WebSocket and who is behind it. */
export class Session implements Listener {
  readonly id = randomUUID();
  readonly openedAt = Date.now();
  readonly pulse = new Pulse(this.openedAt);
  /** By channel. */
  readonly subscriptions = new Map<string, Subscription>();
  /** Counts the changes of this user's rights that have been heard of: a check that began before one of them is void. */
  rightsVersion = 0;
  private closing: Closing | undefined;
  private caller: Principal | undefined;
  private readonly outgoing: Outgoing;
  private turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly socket: WebSocket,
    private readonly wire: Duplex,
  ) {
    this.outgoing = new Outgoing(wire);
    // ws answers a violated protocol or limit with the right close code; without a listener the error would be thrown.
    socket.on('error', () => undefined);
    socket.on('pong', () => this.pulse.heard());
    socket.once('close', () => this.endSubscriptions());
    // Nothing is read before it is known who is there: the client's first frames wait in the kernel.
    socket.pause();
  }

  get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  get isAuthenticated(): boolean {
    return this.caller !== undefined;
  }

  /** @throws Error before `authenticated` was called: no frame is read until then */
  get principal(): Principal {
    if (this.caller === undefined) throw new Error('This session has no user yet.');
    return this.caller;
  }

  /** Why this server closed it; undefined when it didn't. */
  get closedFor(): string | undefined {
    return this.closing?.name;
  }

  get unsent(): number {
    return this.outgoing.unsent;
  }

  authenticated(principal: Principal): void {
    this.caller = principal;
  }

  onMessage(listener: (data: RawData, isBinary: boolean) => void): void {
    this.socket.on('message', listener);
  }

  onClose(listener: () => void): void {
    this.socket.once('close', listener);
  }

  pauseReading(): void {
    this.socket.pause();
  }

  resumeReading(): void {
    this.socket.resume();
  }

  ping(): void {
    this.socket.ping();
  }

  send(type: string, payload: unknown, id?: FrameId): void {
    this.write(serverFrame(type, payload, id));
  }

  sendError(error: unknown, id?: FrameId): void {
    this.send('error', errorPayload(error), id);
  }

  /** The only way out for frames. A socket whose client doesn't read is cut: the log keeps its events for it. */
  write(frames: Buffer): void {
    if (!this.isOpen) return;
    if (this.unsent > MOST_UNSENT_BYTES) this.close(CLOSE.slow);
    else this.outgoing.write(frames);
  }

  /** @returns whether the channel was subscribed */
  unsubscribe(channel: string): boolean {
    this.subscriptions.get(channel)?.end();
    return this.subscriptions.delete(channel);
  }

  waiting(now: number): number {
    return this.outgoing.waiting(now);
  }

  drained(): Promise<void> {
    return this.outgoing.drained();
  }

  inTurn(work: () => Promise<void>): Promise<void> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => undefined);
    return result;
  }

  restart(position: Position): void {
    this.send('subscribed', { ...position, recovered: false });
  }

  /** Nothing is written after the close frame. What can't leave before ws's closing deadline is dropped with the socket. */
  close(closing: Closing): void {
    if (!this.isOpen) return;
    this.closing = closing;
    this.endSubscriptions();
    // The client's answer to the close frame has to be read.
    this.socket.resume();
    this.socket.close(closing.code, closing.name);
  }

  terminate(): void {
    this.socket.terminate();
  }

  private endSubscriptions(): void {
    for (const subscription of this.subscriptions.values()) subscription.end();
    this.subscriptions.clear();
  }
}
