/** A burst size and a steady refill rate. */
export interface TokenBucketLimits {
  readonly burst: number;
  readonly perSecond: number;
}

/**
 * A rate limit for this process only, with two numbers in memory. Times are milliseconds of the monotonic clock, which
 * cannot be set back.
 */
export class TokenBucket {
  private left: number;

  constructor(
    private updatedAt: number,
    private readonly limits: TokenBucketLimits,
  ) {
    this.left = limits.burst;
  }

  /** Whether `take` would succeed. */
  hasTokens(now: number, amount = 1): boolean {
    this.refill(now);
    return this.left >= this.capped(amount);
  }

  /**
   * For a shared limit: refused calls do not consume tokens.
   * @param amount an amount above the burst counts as one burst, because it could never be granted otherwise
   * @returns false when there are not enough tokens; none are taken then
   */
  take(now: number, amount = 1): boolean {
    if (!this.hasTokens(now, amount)) return false;
    this.left -= this.capped(amount);
    return true;
  }

  /** For a single client, whose refused calls count too. `abuse` means another whole burst after the first refusal. */
  spend(now: number): 'granted' | 'refused' | 'abuse' {
    this.charge(now, 1);
    if (this.left >= 0) return 'granted';
    return this.left > -this.limits.burst ? 'refused' : 'abuse';
  }

  /** For a caller that waits instead: always consumes tokens. @returns milliseconds until enough tokens are refilled */
  charge(now: number, amount: number): number {
    this.refill(now);
    this.left -= amount;
    return Math.max(0, (-this.left / this.limits.perSecond) * 1_000);
  }

  private capped(amount: number): number {
    return Math.min(amount, this.limits.burst);
  }

  private refill(now: number): void {
    const { burst, perSecond } = this.limits;
    const passedMs = Math.max(0, now - this.updatedAt);
    this.left = Math.min(burst, this.left + (passedMs / 1_000) * perSecond);
    this.updatedAt = now;
  }
}
