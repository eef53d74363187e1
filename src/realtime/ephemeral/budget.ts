/** So much at once, refilled steadily. Times are in milliseconds since 1970. */
export class Budget {
  private left: number;

  constructor(
    private readonly most: number,
    private readonly perSecond: number,
    private updatedAt: number,
  ) {
    this.left = most;
  }

  /** Whether there is as much. More than the most that there can be counts as that. */
  affords(amount: number, now: number): boolean {
    this.left = Math.min(this.most, this.left + ((now - this.updatedAt) / 1_000) * this.perSecond);
    this.updatedAt = now;
    return this.left >= Math.min(amount, this.most);
  }

  /** Takes as much, or nothing when there isn't enough. */
  spend(amount: number, now: number): boolean {
    const affordable = this.affords(amount, now);
    if (affordable) this.left -= Math.min(amount, this.most);
    return affordable;
  }
}
