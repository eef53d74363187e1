import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { RealtimeMetrics } from '../realtime.metrics.js';
import { dismiss } from './dismiss.js';
import type { Session } from './session.js';

const MOST_PENDING = 2_000;

/** Every open socket of this node. */
@Injectable()
export class Sessions implements BeforeApplicationShutdown {
  private readonly pending = new Set<Session>();
  private readonly byUser = new Map<string, Set<Session>>();

  private leaving = false;

  constructor(private readonly metrics: RealtimeMetrics) {
    metrics.gauge('tidings_sockets', 'Open sockets of this process.', () => [...this.all()].length);
  }

  /** False while too many sockets have not said yet who they are, and for good once those that are here are let go. */
  get acceptsMore(): boolean {
    return !this.leaving && this.pending.size < MOST_PENDING;
  }

  *all(): Iterable<Session> {
    yield* this.pending;
    for (const sessions of this.byUser.values()) yield* sessions;
  }

  of(userId: string): ReadonlySet<Session> {
    return this.byUser.get(userId) ?? new Set();
  }

  /** Of everybody who has an open socket here. */
  userIds(): string[] {
    return [...this.byUser.keys()];
  }

  /** A socket that has yet to authenticate. It is forgotten when it closes. */
  addPending(session: Session): void {
    this.pending.add(session);
    session.onClose(() => this.forget(session));
  }

  admit(session: Session): void {
    const { userId } = session.principal;
    this.pending.delete(session);
    this.byUser.set(userId, (this.byUser.get(userId) ?? new Set<Session>()).add(session));
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.leaving = true;
    await dismiss([...this.all()]);
  }

  private forget(session: Session): void {
    this.metrics.closes.inc({ reason: session.closedFor ?? 'gone' });
    this.pending.delete(session);
    if (!session.isAuthenticated) return;
    const { userId } = session.principal;
    const sessions = this.byUser.get(userId);
    sessions?.delete(session);
    if (sessions?.size === 0) this.byUser.delete(userId);
  }
}
