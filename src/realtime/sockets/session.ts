import { randomUUID } from 'node:crypto';
import type { Principal } from '../../identity/contracts/principal.js';
import type { Position } from '../../platform/events/logged-event.js';
import type { EventRun } from '../feeds/event-run.js';
import type { Listener, Place } from '../feeds/listener.js';
import type { Subscription } from '../feeds/subscription.js';
import { CLOSE, type Closing } from '../frames/close-codes.js';
import { ServerFrame, type FrameId } from '../frames/frame.js';
import type { ServerFrameType, ServerPayload } from '../frames/server-frames.js';
import { errorPayloadOf } from '../realtime.errors.js';
import type { Line } from './line.js';

const MOST_UNSENT_BYTES = 1024 * 1024;

const FINAL: ReadonlySet<Closing> = new Set([CLOSE.forbidden, CLOSE.unauthenticated]);

/** One connection and who is behind it. */
export class Session<OwnLine extends Line = Line> implements Listener {
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

  constructor(readonly line: OwnLine) {
    line.onClose(() => this.endSubscriptions());
  }

  get isOpen(): boolean {
    return this.line.isOpen;
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

  get unsent(): number {
    return this.line.outgoing.unsent;
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
    if (this.takesMore()) this.line.send(frame);
  }

  write(run: EventRun, place: Place): void {
    if (!this.takesMore()) return;
    this.line.write(run.hasEchoes ? this.withoutEcho(run, place) : run, place);
  }

  /** @returns whether the channel was subscribed */
  unsubscribe(channel: string): boolean {
    this.subscriptions.get(channel)?.end();
    return this.subscriptions.delete(channel);
  }

  waiting(now: number): number {
    return this.line.outgoing.waiting(now);
  }

  drained(): Promise<void> {
    return this.line.outgoing.drained();
  }

  inTurn(work: () => Promise<void>): Promise<void> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => undefined);
    return result;
  }

  restart(position: Position): void {
    this.send('subscribed', { ...position, recovered: false });
  }

  onClose(listener: () => void): void {
    this.line.onClose(listener);
  }

  /** Nothing is written after this but what the line itself says of its end. */
  close(closing: Closing): void {
    if (!this.isOpen) return;
    this.closing = closing;
    this.endSubscriptions();
    this.line.close(closing);
  }

  terminate(): void {
    this.line.terminate();
  }

  /** Asked before whatever is written. A client that doesn't read is cut: the log keeps its events for it. */
  private takesMore(): boolean {
    if (!this.isOpen) return false;
    if (this.unsent <= MOST_UNSENT_BYTES) return true;
    this.close(CLOSE.slow);
    return false;
  }

  private withoutEcho(run: EventRun, { position }: Place): EventRun {
    return run.withoutEcho({ sessionId: this.id, userId: this.principal.userId }, position);
  }

  private endSubscriptions(): void {
    for (const subscription of this.subscriptions.values()) subscription.end();
    this.subscriptions.clear();
  }
}
