import { Injectable } from '@nestjs/common';
import { networkOf } from '../../platform/http/server/caller-address.js';
import { tooManyLogins } from './login.errors.js';

/** Of one account from one network, of one known device, and of one session that guesses its own password. */
const MAX_FAILURES = 10;
/** Of one network, whatever accounts it tries: many people may be behind one address. */
const MAX_OF_NETWORK = 50;
/** Of one account from all networks together: strangers who share the work are slowed down to this. */
const MAX_OF_ACCOUNT = 100;
const WINDOW_MS = 15 * 60_000;
const MAX_KEYS = 50_000;

interface Limit {
  readonly key: string;
  readonly max: number;
}

/** Where a login comes from, and for which account. */
export interface LoginAttempt {
  readonly email: string;
  readonly address: string;
  /** Of a device in which this user has logged in before. */
  readonly deviceId?: string | undefined;
}

/**
 * Bounds the passwords that can be guessed in 15 minutes. Failures of strangers never keep out a device in which the user
 * has logged in before: it has a count of its own. Counted in this process: of n processes each allows as many. Memory is
 * bounded: the key that is longest at rest goes first.
 */
@Injectable()
export class LoginThrottle {
  private readonly attempts = new Map<string, number[]>();

  /**
   * Counts an attempt as failed before its outcome is known: many at once would otherwise all pass.
   * @returns a function that takes it back, for when it succeeded
   * @throws `auth.too-many-logins` with the time to wait
   */
  begin({ email, address, deviceId }: LoginAttempt, now = performance.now()): () => void {
    const network = networkOf(address);
    const ofStrangers = [
      { key: `account ${email} from ${network}`, max: MAX_FAILURES },
      { key: `network ${network}`, max: MAX_OF_NETWORK },
      { key: `account ${email}`, max: MAX_OF_ACCOUNT },
    ];
    const ofDevice = [{ key: `device ${deviceId} of ${email}`, max: MAX_FAILURES }];
    return this.count(deviceId === undefined ? ofStrangers : ofDevice, now);
  }

  /** As `begin`, for a session in which the current password is asked for. */
  beginIn(sessionId: string, now = performance.now()): () => void {
    return this.count([{ key: `session ${sessionId}`, max: MAX_FAILURES }], now);
  }

  private count(limits: readonly Limit[], now: number): () => void {
    const histories = limits.map(({ key }) => (this.attempts.get(key) ?? []).filter((time) => time > now - WINDOW_MS));
    // The wait is over when so many of the oldest have gone that one more fits.
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
