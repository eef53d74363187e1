import { live } from '../live/live.js';

/** Tells events that were appended while this page had no connection from those that arrived at once. */
export class Absence {
  #end: (() => void) | undefined;
  #lostAt: number | undefined;
  #span: { readonly from: number; readonly to: number } | undefined;
  /** The clock of this page minus that of the server, at most: the least delay of an event so far. */
  #skew: number | undefined;

  begin(): void {
    this.#end ??= live.onStatus(({ state }) => {
      const now = Date.now();
      if (state !== 'open') this.#lostAt ??= now;
      else if (this.#lostAt !== undefined) {
        this.#span = { from: this.#lostAt, to: now };
        this.#lostAt = undefined;
      }
    });
  }

  end(): void {
    this.#end?.();
    this.#end = undefined;
  }

  /** Notes an event that arrives now. @returns whether it was missed */
  take(ts: number): boolean {
    const isMissed = this.includes(ts);
    if (!isMissed) this.#skew = Math.min(this.#skew ?? Infinity, Date.now() - ts);
    return isMissed;
  }

  includes(ts: number): boolean {
    if (this.#span === undefined) return false;
    const at = ts + (this.#skew ?? 0);
    return at >= this.#span.from && at < this.#span.to;
  }
}
