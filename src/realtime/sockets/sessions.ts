import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { Drain } from '../../platform/http/drain.js';
import { CLOSE } from '../frames/close-codes.js';
import { RealtimeMetrics } from '../realtime.metrics.js';
import type { Session } from './session.js';

const MOST_PENDING = 2_000;
const DRAIN_STEPS = 10;
const DRAIN_STEP_MS = 100;
const RECONNECT_SPREAD_MS = 2_000;

/** Every open socket of this node. */
@Injectable()
export class Sessions implements BeforeApplicationShutdown {
  private readonly pending = new Set<Session>();
  private readonly byUser = new Map<string, Set<Session>>();

  constructor(
    private readonly drain: Drain,
    private readonly metrics: RealtimeMetrics,
  ) {
    metrics.gauge('tidings_sockets', 'Open sockets of this process.', () => [...this.all()].length);
  }

  /** False while too many sockets have not said yet who they are, and for good once this process is on its way out. */
  get acceptsMore(): boolean {
    return !this.drain.begun && this.pending.size < MOST_PENDING;
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

  /** Clients are told when to come back and are let go step by step: not all of them knock at the same moment. */
  async beforeApplicationShutdown(): Promise<void> {
    this.drain.begin();
    const leaving = [...this.all()];
    for (const session of leaving) {
      session.send('server:draining', { reconnectInMs: Math.round(Math.random() * RECONNECT_SPREAD_MS) });
    }
    const perStep = Math.ceil(leaving.length / DRAIN_STEPS);
    for (let start = 0; start < leaving.length; start += perStep) {
      for (const session of leaving.slice(start, start + perStep)) session.close(CLOSE.restart);
      await delay(DRAIN_STEP_MS);
    }
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
