import { Injectable } from '@nestjs/common';
import { networkOf } from '../../platform/http/server/caller-address.js';
import { AttemptWindow } from '../login/attempt-window.js';
import { tooManyResets } from './password-reset.errors.js';

const MAX_PER_NETWORK = 20;
/** Protects a mailbox from being flooded. */
const MAX_PER_ADDRESS = 3;

/** Bounds the requests for reset links by visitors in 15 minutes, per process. */
@Injectable()
export class ResetThrottle {
  private readonly attempts = new AttemptWindow();

  /** @throws `password-reset.too-many` with the time to wait */
  countRequest(ip: string | null, now = performance.now()): void {
    const waitMs = this.attempts.count([{ key: `network ${networkOf(ip ?? '')}`, max: MAX_PER_NETWORK }], now);
    if (waitMs > 0) throw tooManyResets(undefined, { retryAfterSeconds: Math.ceil(waitMs / 1_000) });
  }

  /** @returns whether another mail may go to this address */
  mayMail(email: string, now = performance.now()): boolean {
    return this.attempts.count([{ key: `address ${email}`, max: MAX_PER_ADDRESS }], now) === 0;
  }
}
