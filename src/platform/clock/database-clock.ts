/** One reading of the database's clock, between two readings of the local monotonic clock, in milliseconds. */
export interface ClockReading {
  readonly askedAt: number;
  /** Database time in milliseconds since 1970. */
  readonly databaseTime: number;
  readonly answeredAt: number;
}

/**
 * The database's time, extrapolated with the local monotonic clock, so that setting the machine's clock has no effect.
 * Use it, or `now()` in SQL, for all times that other processes read or compare.
 */
export class DatabaseClock {
  /** Database time minus monotonic time. */
  #offset: number | undefined;

  /**
   * Adds a reading. The database read its clock between request and response, so the true offset lies in that interval.
   * An offset that already lies in it is kept, so that slow responses do not reduce the accuracy.
   */
  observe({ askedAt, databaseTime, answeredAt }: ClockReading): void {
    const [least, max] = [databaseTime - answeredAt, databaseTime - askedAt];
    this.#offset = this.#offset === undefined ? (least + max) / 2 : Math.min(max, Math.max(least, this.#offset));
  }

  /** Whole milliseconds since 1970. Uses the local clock until the first reading. */
  now(): number {
    return this.#offset === undefined ? Date.now() : Math.floor(performance.now() + this.#offset);
  }

  /** How far the local clock is ahead of the database's, in milliseconds; negative when it is behind. */
  get driftMs(): number {
    return Date.now() - this.now();
  }
}

/** One per process: ids, tokens and signatures are created outside dependency injection. */
export const databaseClock = new DatabaseClock();

/** Milliseconds since 1970 by the database's clock. */
export const databaseNow = (): number => databaseClock.now();
