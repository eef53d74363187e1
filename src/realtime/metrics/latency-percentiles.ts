import { LATENCY_BOUNDS } from './socket-latency.js';

export interface Percentiles {
  readonly count: number;
  /** In milliseconds; null without a webhook. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

/** @param counts by index of LATENCY_BOUNDS */
export function percentilesOf(counts: readonly number[]): Percentiles {
  const count = counts.reduce((sum, each) => sum + each, 0);
  return { count, p50Ms: percentile(counts, count, 0.5), p99Ms: percentile(counts, count, 0.99) };
}

/** Interpolates within a bucket, as Prometheus does. */
function percentile(counts: readonly number[], count: number, share: number): number | null {
  if (count === 0) return null;
  const rank = count * share;
  let below = 0;
  for (const [i, bound] of LATENCY_BOUNDS.entries()) {
    const here = counts[i] ?? 0;
    if (here > 0 && below + here >= rank) {
      const lower = LATENCY_BOUNDS[i - 1] ?? 0;
      return Math.round(lower + ((bound - lower) * (rank - below)) / here);
    }
    below += here;
  }
  return LATENCY_BOUNDS.at(-1) ?? null;
}
