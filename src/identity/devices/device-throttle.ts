import { Injectable } from '@nestjs/common';
import { networkOf } from '../../platform/http/server/caller-address.js';
import { AttemptWindow } from '../login/attempt-window.js';
import { tooManyCodes, tooManyDevices } from './device.errors.js';

/** As for logins: many people may share one address. */
const MAX_PER_NETWORK = 50;
const MAX_WRONG_CODES = 10;

/** Bounds the sign-ins that devices begin, and the codes that users guess, in 15 minutes, per process. */
@Injectable()
export class DeviceThrottle {
  private readonly attempts = new AttemptWindow();

  /** @throws `device.too-many` with the time to wait */
  countBegin(ip: string | null, now = performance.now()): void {
    const waitMs = this.attempts.count([{ key: `network ${networkOf(ip ?? '')}`, max: MAX_PER_NETWORK }], now);
    if (waitMs > 0) throw tooManyDevices(undefined, { retryAfterSeconds: Math.ceil(waitMs / 1_000) });
  }

  /**
   * Counts a code as wrong before it is looked up, since concurrent guesses would otherwise all pass.
   * @returns a function that removes the guess from the count, to call when the code is right
   * @throws `device.too-many-codes` with the time to wait
   */
  guess(userId: string, now = performance.now()): () => void {
    const limits = [{ key: `user ${userId}`, max: MAX_WRONG_CODES }];
    const waitMs = this.attempts.count(limits, now);
    if (waitMs > 0) throw tooManyCodes(undefined, { retryAfterSeconds: Math.ceil(waitMs / 1_000) });
    return () => this.attempts.takeBack(limits, now);
  }
}
