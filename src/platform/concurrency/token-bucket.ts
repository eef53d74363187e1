/** A burst, refilled steadily. */
export interface TokenBucketLimits {
  readonly burst: number;
  readonly perSecond: number;
}

/**
 * How much may be done in a time, counted in this process alone; in memory, two numbers for each. Times are in
 * milliseconds of the monotonic clock, which nobody can set.
 */
export class TokenBucket {
  private left: number;

  constructor(
    private updatedAt: number,
    private readonly limits: TokenBucketLimits,
  ) {
    this.left = limits.burst;
  }

  /** Whether `take` would give it. */
  hasTokens(now: number, amount = 1): boolean {
    this.refill(now);
    return this.left >= this.atMost(amount);
  }

  /**
   * For many who share: the refusals of some must not use up what the others wait for.
   * @param amount more than a burst counts as one, or it could never be
   * @returns false when there isn't enough; then nothing is taken
   */
  take(now: number, amount = 1): boolean {
    if (!this.hasTokens(now, amount)) return false;
    this.left -= this.atMost(amount);
    return true;
  }

  /** For one whose refusals count too. `abuse`: it has gone on for another whole burst after being told to slow down. */
  spend(now: number): 'granted' | 'refused' | 'abuse' {
    this.charge(now, 1);
    if (this.left >= 0) return 'granted';
    return this.left > -this.limits.burst ? 'refused' : 'abuse';
  }

  /** For one who is made to wait instead: it is taken in any case. @returns milliseconds until there was enough for it */
  charge(now: number, amount: number): number {
    this.refill(now);
    this.left -= amount;
    return Math.max(0, (-this.left / this.limits.perSecond) * 1_000);
  }

  private atMost(amount: number): number {
    return Math.min(amount, this.limits.burst);
  }

  private refill(now: number): void {
    const { burst, perSecond } = this.limits;
    const passedMs = Math.max(0, now - this.updatedAt);
    this.left = Math.min(burst, this.left + (passedMs / 1_000) * perSecond);
    this.updatedAt = now;
  }
}
