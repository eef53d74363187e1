import { SerialQueue } from '../../platform/concurrency/serial-queue.js';
import { randomUUID } from 'node:crypto';
import type { Principal } from '../../identity/public/principal.js';
import type { Position } from '../../platform/events/logged-event.js';
import type { EventBatch } from '../channels/event-batch.js';
import type { Subscriber, SubscriberPosition, Via } from '../channels/subscriber.js';
import type { Subscription } from '../channels/subscription.js';
import { CLOSE, type Closing } from '../protocol/close-codes.js';
import { ServerFrame, type FrameId } from '../protocol/encode-frames.js';
import type { ServerFrameType, ServerPayload } from '../protocol/server-frames.js';
import { errorPayloadOf } from '../protocol/realtime.errors.js';
import type { Transport } from './transport.js';

const MAX_BUFFERED_BYTES = 1024 * 1024;

const FINAL: ReadonlySet<Closing> = new Set([CLOSE.forbidden, CLOSE.unauthenticated]);

/** Observes the frames of one connection. */
export interface ConnectionTrace {
  received(text: string): void;
  sent(text: string): void;
}

/** One connection and its user. */
export class Connection<OwnTransport extends Transport = Transport> implements Subscriber {
  readonly id = randomUUID();
  readonly openedAt = performance.now();
  /** The client's, as far as the proxies are trusted. */
  address = '';
  /** By channel. */
  readonly subscriptions = new Map<string, Subscription>();
  /** Increments with each change of this user's rights: a check that began before the change must be repeated. */
  rightsVersion = 0;
  /** Undefined unless an administrator traces this connection. */
  trace: ConnectionTrace | undefined;
  private closing: Closing | undefined;
  private currentPrincipal: Principal | undefined;
  private startedAsPerson: boolean | undefined;
  private readonly work = new SerialQueue();

  constructor(readonly transport: OwnTransport) {
    transport.onClose(() => this.endSubscriptions());
  }

  get isOpen(): boolean {
    return this.transport.isOpen;
  }

  get via(): Via {
    return this.transport.via;
  }

  get isAuthenticated(): boolean {
    return this.currentPrincipal !== undefined;
  }

  /** @throws Error before `authenticated` was called; no frame is read until then */
  get principal(): Principal {
    if (this.currentPrincipal === undefined) throw new Error("This connection isn't authenticated yet.");
    return this.currentPrincipal;
  }

  /** @throws Error before `authenticated` was called */
  get userId(): string {
    return this.principal.userId;
  }

  /** By the credential of the connect: a renewal doesn't turn a person into a machine. */
  get isPerson(): boolean {
    return this.startedAsPerson === true;
  }

  /** False while the connection is open, since unsubscribing is deliberate, and after a final close code. */
  get mayReturn(): boolean {
    return this.closing === undefined ? !this.isOpen : !FINAL.has(this.closing);
  }

  /** Why this server closed it; undefined if the client or the network did. */
  get closedFor(): string | undefined {
    return this.closing?.name;
  }

  get bufferedBytes(): number {
    return this.transport.sendBuffer.bufferedBytes;
  }

  authenticated(principal: Principal): void {
    this.currentPrincipal = principal;
    this.startedAsPerson ??= principal.keyId === undefined;
  }

  send<Type extends ServerFrameType>(type: Type, payload: ServerPayload<Type>, id?: FrameId): void {
    this.pass(ServerFrame.of(type, payload, id));
  }

  sendError(error: unknown, id?: FrameId): void {
    this.send('error', errorPayloadOf(error), id);
  }

  /** Sends a frame that is encoded once for several connections. */
  pass(frame: ServerFrame): void {
    if (!this.canWrite()) return;
    this.trace?.sent(frame.text);
    this.transport.frames?.send(frame);
  }

  /** On a connection that is closing it writes nothing: its subscriptions end at the last event written. */
  write(batch: EventBatch, position: SubscriberPosition): void {
    if (!this.canWrite()) return this.endSubscriptions();
    const own = batch.hasEchoes ? this.withoutEcho(batch, position) : batch;
    if (this.trace !== undefined) for (const text of own.textsAfter(position.offset)) this.trace.sent(text);
    this.transport.frames?.write(own, position);
  }

  /** @returns whether the channel was subscribed */
  unsubscribe(channel: string): boolean {
    this.subscriptions.get(channel)?.end();
    return this.subscriptions.delete(channel);
  }

  /**
   * Whether the events of a channel are written with their restricted fields from now on. On a loss, a client that has
   * not read everything is disconnected, since the rest may hold such fields; it resumes from its last event.
   */
  setSeesRestricted(channel: string, seesRestricted: boolean): void {
    const subscription = this.subscriptions.get(channel);
    if (subscription === undefined) return;
    const loses = subscription.seesRestricted && !seesRestricted;
    subscription.setSeesRestricted(seesRestricted);
    if (loses && this.bufferedBytes > 0) this.terminate();
  }

  drained(): Promise<void> {
    return this.transport.sendBuffer.drained();
  }

  enqueue(work: () => Promise<void>): Promise<void> {
    return this.work.run(work);
  }

  restart(position: Position): void {
    this.send('subscribed', { ...position, recovered: false });
  }

  onClose(listener: () => void): void {
    this.transport.onClose(listener);
  }

  /** Writes nothing more, except the transport's own close message. */
  close(closing: Closing): void {
    if (!this.isOpen) return;
    this.closing = closing;
    this.endSubscriptions();
    this.transport.close(closing);
  }

  terminate(): void {
    this.transport.terminate();
  }

  /** Closes a client that doesn't read: the log keeps its events, and it can resume. */
  private canWrite(): boolean {
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
