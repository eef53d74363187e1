import { randomUUID } from 'node:crypto';
import type { Principal } from '../../identity/public/principal.js';
import type { Position } from '../../platform/events/logged-event.js';
import type { EventBatch } from '../channels/event-batch.js';
import type { Subscriber, SubscriberPosition } from '../channels/subscriber.js';
import type { Subscription } from '../channels/subscription.js';
import { CLOSE, type Closing } from '../protocol/close-codes.js';
import { ServerFrame, type FrameId } from '../protocol/encode-frames.js';
import type { ServerFrameType, ServerPayload } from '../protocol/server-frames.js';
import { errorPayloadOf } from '../protocol/realtime.errors.js';
import type { Transport } from './transport.js';

const MAX_BUFFERED_BYTES = 1024 * 1024;

const FINAL: ReadonlySet<Closing> = new Set([CLOSE.forbidden, CLOSE.unauthenticated]);

/** One connection and who is behind it. */
export class Connection<OwnTransport extends Transport = Transport> implements Subscriber {
  readonly id = randomUUID();
  readonly openedAt = performance.now();
  /** By channel. */
  readonly subscriptions = new Map<string, Subscription>();
  /** Counts the changes of this user's rights that have been heard of: a check that began before one of them is void. */
  rightsVersion = 0;
  private closing: Closing | undefined;
  private caller: Principal | undefined;
  private person: boolean | undefined;
  private turn: Promise<void> = Promise.resolve();

  constructor(readonly transport: OwnTransport) {
    transport.onClose(() => this.endSubscriptions());
  }

  get isOpen(): boolean {
    return this.transport.isOpen;
  }

  get isAuthenticated(): boolean {
    return this.caller !== undefined;
  }

  /** @throws Error before `authenticated` was called: no frame is read until then */
  get principal(): Principal {
    if (this.caller === undefined) throw new Error('This session has no user yet.');
    return this.caller;
  }

  /** @throws Error before `authenticated` was called */
  get userId(): string {
    return this.principal.userId;
  }

  /** By the credential that it began with: a renewal doesn't turn a person into a machine. */
  get isPerson(): boolean {
    return this.person === true;
  }

  /** While it is open, a subscription ends because somebody wants it to; and who is thrown out doesn't come back. */
  get mayReturn(): boolean {
    return this.closing === undefined ? !this.isOpen : !FINAL.has(this.closing);
  }

  /** Why this server closed it; undefined when it didn't. */
  get closedFor(): string | undefined {
    return this.closing?.name;
  }

  get bufferedBytes(): number {
    return this.transport.sendBuffer.bufferedBytes;
  }

  authenticated(principal: Principal): void {
    this.caller = principal;
    this.person ??= principal.keyId === undefined;
  }

  send<Type extends ServerFrameType>(type: Type, payload: ServerPayload<Type>, id?: FrameId): void {
    this.pass(ServerFrame.of(type, payload, id));
  }

  sendError(error: unknown, id?: FrameId): void {
    this.send('error', errorPayloadOf(error), id);
  }

  /** For a frame that others get too. */
  pass(frame: ServerFrame): void {
    if (this.takesMore()) this.transport.frames?.send(frame);
  }

  write(batch: EventBatch, position: SubscriberPosition): void {
    if (!this.takesMore()) return;
    this.transport.frames?.write(batch.hasEchoes ? this.withoutEcho(batch, position) : batch, position);
  }

  /** @returns whether the channel was subscribed */
  unsubscribe(channel: string): boolean {
    this.subscriptions.get(channel)?.end();
    return this.subscriptions.delete(channel);
  }

  stalledMs(now: number): number {
    return this.transport.sendBuffer.stalledMs(now);
  }

  drained(): Promise<void> {
    return this.transport.sendBuffer.drained();
  }

  enqueue(work: () => Promise<void>): Promise<void> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => undefined);
    return result;
  }

  restart(position: Position): void {
    this.send('subscribed', { ...position, recovered: false });
  }

  onClose(listener: () => void): void {
    this.transport.onClose(listener);
  }

  /** Nothing is written after this but what the line itself says of its end. */
  close(closing: Closing): void {
    if (!this.isOpen) return;
    this.closing = closing;
    this.endSubscriptions();
    this.transport.close(closing);
  }

  terminate(): void {
    this.transport.terminate();
  }

  /** Asked before whatever is written. A client that doesn't read is cut: the log keeps its events for it. */
  private takesMore(): boolean {
    if (!this.isOpen) return false;
    if (this.bufferedBytes <= MAX_BUFFERED_BYTES) return true;
    this.close(CLOSE.slow);
    return false;
  }

  private withoutEcho(batch: EventBatch, { position }: SubscriberPosition): EventBatch {
    return batch.withoutEcho({ sessionId: this.id, userId: this.principal.userId }, position);
  }

  private endSubscriptions(): void {
    for (const subscription of this.subscriptions.values()) subscription.end();
    this.subscriptions.clear();
  }
}
