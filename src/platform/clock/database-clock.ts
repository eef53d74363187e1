/** One reading of the database's clock, between two readings of this process's monotonic clock. In milliseconds. */
export interface ClockReading {
  readonly askedAt: number;
  /** Since 1970, by the database. */
  readonly databaseTime: number;
  readonly answeredAt: number;
}

/**
 * The time by the database's clock, told by this process's monotonic clock in between: setting the clock of the machine
 * moves nothing. All times that another process reads or compares come from here, or from `now()` in SQL.
 */
export class DatabaseClock {
  /** Of the database's clock to the monotonic clock. */
  #offset: number | undefined;

  /**
   * Takes a reading in. The database read its clock somewhere between the question and the answer, so the offset lies in
   * that interval; an offset that lies in it already stays, which lets slow answers spoil nothing.
   */
  observe({ askedAt, databaseTime, answeredAt }: ClockReading): void {
    const [least, max] = [databaseTime - answeredAt, databaseTime - askedAt];
    this.#offset = this.#offset === undefined ? (least + max) / 2 : Math.min(max, Math.max(least, this.#offset));
  }

  /** Whole milliseconds since 1970. Until the first reading this process's own clock stands in. */
  now(): number {
    return this.#offset === undefined ? Date.now() : Math.floor(performance.now() + this.#offset);
  }

  /** How far this process's clock is ahead of the database's, in milliseconds; negative when it is behind. */
  get driftMs(): number {
    return Date.now() - this.now();
  }
}

/** A process has one database: ids, tokens and signatures are made where nothing is injected. */
export const databaseClock = new DatabaseClock();

/** Milliseconds since 1970 by the database's clock. */
export const databaseNow = (): number => databaseClock.now();
