const BURST = 100;
const PER_SECOND = 10;

/** How many frames a client may send: a burst, refilled steadily. Frames that are refused count too. */
export class Allowance {
  private left = BURST;

  constructor(private updatedAt: number) {}

  /** `abuse`: the client has gone on for another whole burst after it was told to slow down. */
  spend(now: number): 'granted' | 'refused' | 'abuse' {
    this.left = Math.min(BURST, this.left + ((now - this.updatedAt) / 1_000) * PER_SECOND) - 1;
    this.updatedAt = now;
    if (this.left >= 0) return 'granted';
    return this.left > -BURST ? 'refused' : 'abuse';
  }
}
