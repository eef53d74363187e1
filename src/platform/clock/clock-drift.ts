/** Drift from which the operator is warned. */
export const WARN_DRIFT_MS = 5_000;
/** Drift above which this process is not ready: its timers would disagree too much with those of other processes. */
export const MAX_DRIFT_MS = 30_000;

export const isTooFarOff = (driftMs: number): boolean => Math.abs(driftMs) > MAX_DRIFT_MS;

/** Reports when a clock drift begins, changes and ends. */
export class DriftReport {
  private reported: number | undefined;

  /** @returns the drift to warn of, `steady` when the drift has ended, undefined without a change */
  next(driftMs: number): number | 'steady' | undefined {
    if (Math.abs(driftMs) < WARN_DRIFT_MS) {
      const ended = this.reported !== undefined;
      this.reported = undefined;
      return ended ? 'steady' : undefined;
    }
    if (this.reported !== undefined && Math.abs(driftMs - this.reported) < WARN_DRIFT_MS) return undefined;
    this.reported = driftMs;
    return driftMs;
  }
}
