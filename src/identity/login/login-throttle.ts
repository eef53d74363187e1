import { Injectable } from '@nestjs/common';
import { networkOf } from '../../platform/http/caller-address.js';
import { tooManyLogins } from './login.errors.js';

const MOST_FAILURES = 10;
const WINDOW_MS = 15 * 60_000;
const MOST_KEYS = 20_000;

/**
 * At most 10 failed logins for each e-mail address and from each network (of IPv6: a /64) in 15 minutes, counted in this process:
 * limits for a whole cluster come with rate limiting. Memory is bounded: the key that is longest at rest goes first.
 */
@Injectable()
export class LoginThrottle {
  private readonly attempts = new Map<string, number[]>();

  /**
   * Counts an attempt as failed before its outcome is known: many at once would otherwise all pass.
   * @returns a function that takes it back, for when it succeeded
   * @throws `auth.too-many-logins` with the time to wait
   */
  begin(email: string, address: string, now = performance.now()): () => void {
    const keys = [`email ${email}`, `address ${networkOf(address)}`];
    const histories = keys.map((key) => (this.attempts.get(key) ?? []).filter((time) => time > now - WINDOW_MS));
    const full = histories.filter((history) => history.length >= MOST_FAILURES).flatMap(([oldest]) => oldest ?? now);
    if (full.length > 0) {
      const waitMs = Math.max(...full) + WINDOW_MS - now;
      throw tooManyLogins(undefined, { retryAfterSeconds: Math.ceil(waitMs / 1_000) });
    }
    for (const [index, key] of keys.entries()) this.remember(key, [...(histories[index] ?? []), now]);
    return () => keys.forEach((key) => this.takeBack(key, now));
  }

  private remember(key: string, history: number[]): void {
    this.attempts.delete(key);
    this.attempts.set(key, history);
    const [oldest] = this.attempts.keys();
    if (this.attempts.size > MOST_KEYS && oldest !== undefined) this.attempts.delete(oldest);
  }

  private takeBack(key: string, time: number): void {
    const history = this.attempts.get(key) ?? [];
    const index = history.indexOf(time);
    if (index < 0) return;
    const rest = history.toSpliced(index, 1);
    if (rest.length > 0) this.attempts.set(key, rest);
    else this.attempts.delete(key);
  }
}
