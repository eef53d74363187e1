import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { databaseNow } from '../../platform/clock/database-clock.js';
import { invalidToken, tokenExpired } from '../../identity/contracts/auth.errors.js';
import { CLOSE } from '../frames/close-codes.js';
import type { Session } from './session.js';
import { Sessions } from './sessions.js';

const ROUND_MS = 500;
/** With one round more, and not a second longer than 5 s. */
const AUTHENTICATE_MS = 4_500;
const UNSENT_MS = 10_000;

/** Goes round all connections twice a second, one timer for all of them: heartbeat, deadlines and slow consumers. */
@Injectable()
export class Attendant implements OnModuleInit, OnApplicationShutdown {
  private rounds: NodeJS.Timeout | undefined;

  constructor(private readonly sessions: Sessions) {}

  onModuleInit(): void {
    this.rounds = setInterval(() => this.goRound(performance.now()), ROUND_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.rounds);
  }

  private goRound(now: number): void {
    for (const session of this.sessions.all) attend(session, now);
  }
}

/** @param now by the monotonic clock, as everything that a session measures; when a token ends is the database's time */
export function attend(session: Session, now: number): void {
  const { pulse, outgoing } = session.line;
  // Who answers no ping because it doesn't read learns why it is cut, should it begin to.
  if (pulse.isDead(now)) return pulse.unread || session.unsent > 0 ? session.close(CLOSE.slow) : session.terminate();
  if (session.waiting(now) > UNSENT_MS) return session.close(CLOSE.slow);
  if (!session.isAuthenticated) {
    if (now < session.openedAt + AUTHENTICATE_MS) return;
    session.sendError(invalidToken());
    return session.close(CLOSE.unauthenticated);
  }
  if (databaseNow() >= session.principal.expiresAt) {
    session.sendError(tokenExpired());
    return session.close(CLOSE.expired);
  }
  if (pulse.beat(now, outgoing.written)) session.line.ping();
}
