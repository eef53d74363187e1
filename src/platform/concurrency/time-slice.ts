const SLICE_MS = 8;

/**
 * Divides event-loop time among all channels: between two polls for I/O, all of them together may write for SLICE_MS.
 * The limit is a time instead of a count, because the cost of a write depends on its size.
 */
export class TimeSlice {
  private endsAt: number | undefined;
  private waiting: Array<() => void> = [];

  /** Whether the current slice is used up. */
  get over(): boolean {
    if (this.endsAt === undefined) this.begin();
    return performance.now() >= (this.endsAt ?? 0);
  }

  /** Resolves in a later slice, in call order, so that long work waits behind short work. */
  next(): Promise<void> {
    if (this.endsAt === undefined) this.begin();
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private begin(): void {
    this.endsAt = performance.now() + SLICE_MS;
    // Two rounds: after a start in an I/O callback, the first round of immediates runs at once.
    setImmediate(() => setImmediate(() => void this.end()));
  }

  private async end(): Promise<void> {
    this.endsAt = undefined;
    if (this.waiting.length === 0) return;
    this.begin();
    for (let resume = this.waiting.shift(); resume !== undefined; resume = this.waiting.shift()) {
      resume();
      // The resumed caller runs now, until it calls `next` again.
      await Promise.resolve();
      if (this.over) return;
    }
  }
}
