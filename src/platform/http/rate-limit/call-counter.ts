/** Counts calls per key and time window. Windows are numbered by the clock, so that all nodes use the same ones. */
export abstract class CallCounter {
  /** @returns the number of calls of this key in this window, including this one */
  abstract count(key: string, window: number, windowMs: number): Promise<number>;
}

const MAX_KEYS = 100_000;

/** Counts in this process only: with several processes, each allows the whole quota. */
export class MemoryCallCounter extends CallCounter {
  private calls = new Map<string, number>();
  private window = 0;

  constructor(private readonly maxKeys = MAX_KEYS) {
    super();
  }

  async count(key: string, window: number): Promise<number> {
    if (window !== this.window) {
      this.calls = new Map();
      this.window = window;
    }
    const calls = (this.calls.get(key) ?? 0) + 1;
    // Re-inserted at the end, so that the first entry is the least recently used key.
    this.calls.delete(key);
    this.calls.set(key, calls);
    const [oldest] = this.calls.keys();
    if (this.calls.size > this.maxKeys && oldest !== undefined) this.calls.delete(oldest);
    return calls;
  }
}
