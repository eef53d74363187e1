import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { Allowance } from '../../platform/allowance/allowance.js';
import { Config } from '../../platform/config/config.js';
import { connectionTooMany } from '../realtime.errors.js';
import { RealtimeMetrics } from '../realtime.metrics.js';
import { dismiss } from './dismiss.js';
import type { Session } from './session.js';
import { Tally } from './tally.js';

const FRAMES_OF_USER = { burst: 1_000, perSecond: 100 };

/** Who has at least one connection here. */
interface PresentUser {
  readonly sessions: Set<Session>;
  readonly frames: Allowance;
}

/** Every open connection of this node: sockets and streams. */
@Injectable()
export class Sessions implements BeforeApplicationShutdown {
  private readonly open = new Set<Session>();
  /** With the network that each came from. */
  private readonly pending = new Map<Session, string>();
  private readonly users = new Map<string, PresentUser>();
  private readonly pendingByNetwork = new Tally();
  private readonly byNetwork = new Tally();
  #leaving = false;

  constructor(
    private readonly config: Config,
    private readonly metrics: RealtimeMetrics,
  ) {
    metrics.gauge('tidings_sockets', 'Open sockets and streams of this process.', () => this.count);
  }

  /** For good, once those that are here are let go. */
  get leaving(): boolean {
    return this.#leaving;
  }

  get count(): number {
    return this.open.size;
  }

  get pendingCount(): number {
    return this.pending.size;
  }

  countFrom(network: string): number {
    return this.byNetwork.of(network);
  }

  pendingFrom(network: string): number {
    return this.pendingByNetwork.of(network);
  }

  get all(): ReadonlySet<Session> {
    return this.open;
  }

  of(userId: string): ReadonlySet<Session> {
    return this.users.get(userId)?.sessions ?? new Set();
  }

  /** What a user may send, over all connections together. @returns false when this frame is too many */
  takeFrame(userId: string, now: number): boolean {
    return this.users.get(userId)?.frames.take(now) ?? false;
  }

  /** Of everybody who has an open socket here. */
  userIds(): string[] {
    return [...this.users.keys()];
  }

  /**
   * A connection that has yet to authenticate. It is forgotten when it closes.
   * @param network as `Doorkeeper.admit` has found it
   */
  addPending(session: Session, network: string): void {
    this.open.add(session);
    this.byNetwork.add(network);
    this.pendingByNetwork.add(network);
    this.pending.set(session, network);
    session.onClose(() => this.forget(session, network));
  }

  /** @throws `connection.too-many` when the user has as many as one can have */
  admit(session: Session): void {
    const { userId } = session.principal;
    const user = this.users.get(userId) ?? {
      sessions: new Set(),
      frames: new Allowance(performance.now(), FRAMES_OF_USER),
    };
    if (user.sessions.size >= this.config.maxConnections.perUser) {
      this.metrics.refused.inc({ reason: 'user' });
      throw connectionTooMany();
    }
    this.noLongerPending(session);
    this.users.set(userId, user);
    user.sessions.add(session);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#leaving = true;
    await dismiss([...this.all]);
  }

  private forget(session: Session, network: string): void {
    this.metrics.closes.inc({ reason: session.closedFor ?? 'gone' });
    this.open.delete(session);
    this.byNetwork.remove(network);
    this.noLongerPending(session);
    if (!session.isAuthenticated) return;
    const { userId } = session.principal;
    const sessions = this.users.get(userId)?.sessions;
    sessions?.delete(session);
    if (sessions?.size === 0) this.users.delete(userId);
  }

  private noLongerPending(session: Session): void {
    const network = this.pending.get(session);
    if (network === undefined) return;
    this.pending.delete(session);
    this.pendingByNetwork.remove(network);
  }
}
