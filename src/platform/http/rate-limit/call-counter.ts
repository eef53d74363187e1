/** Counts calls by key within a window of time; windows are numbered by the clock, so that every node means the same. */
export abstract class CallCounter {
  /** @returns how many calls this key has had in this window, this one included */
  abstract count(key: string, window: number, windowMs: number): Promise<number>;
}

const MAX_KEYS = 100_000;

/** Counts in this process: with several of them, each lets the whole quota through. */
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
    // Anew at the end: what goes first when there are too many is who has not called for the longest time.
    this.calls.delete(key);
    this.calls.set(key, calls);
    const [oldest] = this.calls.keys();
    if (this.calls.size > this.maxKeys && oldest !== undefined) this.calls.delete(oldest);
    return calls;
  }
}
