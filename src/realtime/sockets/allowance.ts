/** A burst, refilled steadily. */
export interface AllowanceLimits {
  readonly burst: number;
  readonly perSecond: number;
}

/** How much may be done in a time. */
export class Allowance {
  private left: number;

  constructor(
    private updatedAt: number,
    private readonly limits: AllowanceLimits,
  ) {
    this.left = limits.burst;
  }

  /** For one whose refusals count too. `abuse`: it has gone on for another whole burst after being told to slow down. */
  spend(now: number): 'granted' | 'refused' | 'abuse' {
    this.refill(now);
    this.left -= 1;
    if (this.left >= 0) return 'granted';
    return this.left > -this.limits.burst ? 'refused' : 'abuse';
  }

  /** For many who share: the refusals of some must not use up what the others wait for. @returns false when it is empty */
  take(now: number): boolean {
    this.refill(now);
    if (this.left < 1) return false;
    this.left -= 1;
    return true;
  }

  private refill(now: number): void {
    const { burst, perSecond } = this.limits;
    this.left = Math.min(burst, this.left + ((now - this.updatedAt) / 1_000) * perSecond);
    this.updatedAt = now;
  }
}
