import { Injectable } from '@nestjs/common';
import { networkOf } from '../../platform/http/server/caller-address.js';
import { AttemptWindow, type AttemptLimit } from './attempt-window.js';
import { tooManyLogins } from './login.errors.js';

/** Per account and network, per known device, and per session that tries its current password. */
const MAX_FAILURES = 10;
/** Per network across all accounts: many people may share one address. */
const MAX_PER_NETWORK = 50;
/** Per account across all networks: the bound for a distributed attack. */
const MAX_PER_ACCOUNT = 100;

/** The account and the origin of a login. */
export interface LoginAttempt {
  readonly email: string;
  readonly address: string;
  /** A device on which this user has logged in before. */
  readonly deviceId?: string | undefined;
}

/**
 * Bounds password guesses in 15 minutes, per process. A known device has its own count, so that strangers cannot lock
 * it out.
 */
@Injectable()
export class LoginThrottle {
  private readonly attempts = new AttemptWindow();

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

  private count(limits: readonly AttemptLimit[], now: number): () => void {
    const waitMs = this.attempts.count(limits, now);
    if (waitMs > 0) throw tooManyLogins(undefined, { retryAfterSeconds: Math.ceil(waitMs / 1_000) });
    return () => this.attempts.takeBack(limits, now);
  }
}
