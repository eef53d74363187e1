import { Injectable } from '@nestjs/common';
import { networkOf } from '../../platform/http/server/caller-address.js';
import { tooManyLogins } from './login.errors.js';

/** Per account and network, per known device, and per session that tries its current password. */
const MAX_FAILURES = 10;
/** Per network across all accounts: many people may share one address. */
const MAX_PER_NETWORK = 50;
/** Per account across all networks: the bound for a distributed attack. */
const MAX_PER_ACCOUNT = 100;
const WINDOW_MS = 15 * 60_000;
const MAX_KEYS = 50_000;

interface Limit {
  readonly key: string;
  readonly max: number;
}

/** The account and the origin of a login. */
export interface LoginAttempt {
  readonly email: string;
  readonly address: string;
  /** A device on which this user has logged in before. */
  readonly deviceId?: string | undefined;
}

/**
 * Bounds password guesses in 15 minutes, per process. A known device has its own count, so that strangers cannot lock
 * it out; memory is bounded by evicting the least recently used key.
 */
@Injectable()
export class LoginThrottle {
  private readonly attempts = new Map<string, number[]>();

  /**
   * Counts an attempt as failed before its outcome is known, since concurrent attempts would otherwise all pass.
   * @returns a function that removes the attempt from the count, to call on success
   * @throws `auth.too-many-logins` with the time to wait
   */
  begin({ email, address, deviceId }: LoginAttempt, now = performance.now()): () => void {
    const network = networkOf(address);
    const ofStrangers = [
      { key: `account ${email} from ${network}`, max: MAX_FAILURES },
      { key: `network ${network}`, max: MAX_PER_NETWORK },
      { key: `account ${email}`, max: MAX_PER_ACCOUNT },
    ];
    const ofDevice = [{ key: `device ${deviceId} of ${email}`, max: MAX_FAILURES }];
    return this.count(deviceId === undefined ? ofStrangers : ofDevice, now);
  }

  /** As `begin`, for a session that has to confirm the current password. */
  beginIn(sessionId: string, now = performance.now()): () => void {
    return this.count([{ key: `session ${sessionId}`, max: MAX_FAILURES }], now);
  }

  private count(limits: readonly Limit[], now: number): () => void {
    const histories = limits.map(({ key }) => (this.attempts.get(key) ?? []).filter((time) => time > now - WINDOW_MS));
    // The wait ends when the attempt that exceeds the limit leaves the window.
    const waits = limits.flatMap(({ max }, place) => histories[place]?.at(-max) ?? []);
    if (waits.length > 0) {
      const waitMs = Math.max(...waits) + WINDOW_MS - now;
      throw tooManyLogins(undefined, { retryAfterSeconds: Math.ceil(waitMs / 1_000) });
    }
    for (const [place, { key }] of limits.entries()) this.remember(key, [...(histories[place] ?? []), now]);
    return () => limits.forEach(({ key }) => this.takeBack(key, now));
  }

  private remember(key: string, history: number[]): void {
    this.attempts.delete(key);
    this.attempts.set(key, history);
    const [oldest] = this.attempts.keys();
    if (this.attempts.size > MAX_KEYS && oldest !== undefined) this.attempts.delete(oldest);
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
