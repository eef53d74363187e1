/**
 * Runs one kind of work at a time. However many calls arrive during a run, one more run follows it, so work that reads
 * a state sees every change that was made before the call.
 */
export class Coalescer {
  private running: Promise<void> | undefined;
  private next: Promise<void> | undefined;

  constructor(private readonly work: () => Promise<void>) {}

  /** @returns settles with the outcome of a run that begins during or after this call */
  request(): Promise<void> {
    // The next run stays the next one in the tick between the end of the last run and its own begin.
    if (this.next !== undefined) return this.next;
    if (this.running === undefined) return this.start();
    this.next = this.running
      .catch(() => undefined)
      .then(() => {
        this.next = undefined;
        return this.start();
      });
    return this.next;
  }

  /** Settles when no run is under way or requested; never rejects. */
  async idle(): Promise<void> {
    for (let last = this.next ?? this.running; last !== undefined; last = this.next ?? this.running) {
      await last.catch(() => undefined);
    }
  }

  private start(): Promise<void> {
    this.running = this.work().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }
}
