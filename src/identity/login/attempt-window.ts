const WINDOW_MS = 15 * 60_000;
const MAX_KEYS = 50_000;

export interface AttemptLimit {
  readonly key: string;
  readonly max: number;
}

/**
 * Counts attempts per key in the last 15 minutes, in this process. Memory is bounded by evicting the least recently
 * used key.
 */
export class AttemptWindow {
  private readonly attempts = new Map<string, number[]>();

  /** Counts an attempt, unless one of its keys is at its limit. @returns the milliseconds to wait; 0 if counted */
  count(limits: readonly AttemptLimit[], now: number): number {
    const histories = limits.map(({ key }) => (this.attempts.get(key) ?? []).filter((time) => time > now - WINDOW_MS));
    // The wait ends when the attempt that exceeds the limit leaves the window.
    const waits = limits.flatMap(({ max }, place) => histories[place]?.at(-max) ?? []);
    if (waits.length > 0) return Math.max(...waits) + WINDOW_MS - now;
    for (const [place, { key }] of limits.entries()) this.remember(key, [...(histories[place] ?? []), now]);
    return 0;
  }

  takeBack(limits: readonly AttemptLimit[], time: number): void {
    for (const { key } of limits) {
      const history = this.attempts.get(key) ?? [];
      const index = history.indexOf(time);
      if (index < 0) continue;
      const rest = history.toSpliced(index, 1);
      if (rest.length > 0) this.attempts.set(key, rest);
      else this.attempts.delete(key);
    }
  }

  private remember(key: string, history: number[]): void {
    this.attempts.delete(key);
    this.attempts.set(key, history);
    const [oldest] = this.attempts.keys();
    if (this.attempts.size > MAX_KEYS && oldest !== undefined) this.attempts.delete(oldest);
  }
}
