/** A drift that a person should know of. */
export const WARN_DRIFT_MS = 5_000;
/** A drift at which this process should get no work: its own timers and those of others disagree too much. */
export const MAX_DRIFT_MS = 30_000;

export const isTooFarOff = (driftMs: number): boolean => Math.abs(driftMs) > MAX_DRIFT_MS;

/** Says that a clock drifts when it begins to, when the drift changes, and when it ends. */
export class DriftReport {
  private said: number | undefined;

  /** @returns the drift to warn of, `steady` when the drift has ended, undefined when nothing is new */
  next(driftMs: number): number | 'steady' | undefined {
    if (Math.abs(driftMs) < WARN_DRIFT_MS) {
      const ended = this.said !== undefined;
      this.said = undefined;
      return ended ? 'steady' : undefined;
    }
    if (this.said !== undefined && Math.abs(driftMs - this.said) < WARN_DRIFT_MS) return undefined;
    this.said = driftMs;
    return driftMs;
  }
}
