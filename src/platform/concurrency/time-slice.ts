const TURN_MS = 8;

/**
 * Shares out the time of the event loop among all feeds: between one look at the network and the next, all of them
 * together may write for TURN_MS. By time and not by number: what a write costs depends on how much it is.
 */
export class TimeSlice {
  private endsAt: number | undefined;
  private line: Array<() => void> = [];

  /** Whether what there was of this turn has been used up. */
  get over(): boolean {
    if (this.endsAt === undefined) this.begin();
    return performance.now() >= (this.endsAt ?? 0);
  }

  /** Settles in a later turn, and in the order of asking: whoever has much to do waits behind those who have little. */
  next(): Promise<void> {
    if (this.endsAt === undefined) this.begin();
    return new Promise((resolve) => this.line.push(resolve));
  }

  private begin(): void {
    this.endsAt = performance.now() + TURN_MS;
    // Not in the next round of immediates: to a turn that began in a callback of the network that comes at once.
    setImmediate(() => setImmediate(() => void this.end()));
  }

  private async end(): Promise<void> {
    this.endsAt = undefined;
    if (this.line.length === 0) return;
    this.begin();
    for (let resume = this.line.shift(); resume !== undefined; resume = this.line.shift()) {
      resume();
      // Whoever waited runs now, up to its next question.
      await Promise.resolve();
      if (this.over) return;
    }
  }
}
