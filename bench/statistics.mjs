export function quantile(values, q) {
  const sorted = Float64Array.from(values).toSorted();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];
}

export const median = (values) => quantile(values, 0.5);

export const summary = (milliseconds) => ({ p50: quantile(milliseconds, 0.5), p99: quantile(milliseconds, 0.99) });

const BUCKET_MS = 0.1;
const BUCKETS = 50_000;

/** Milliseconds in steps of 0.1, up to 5 s. Holds any number of values in 200 KB, and histograms can be merged. */
export class Histogram {
  counts = new Uint32Array(BUCKETS);

  add(milliseconds) {
    this.counts[Math.min(BUCKETS - 1, Math.max(0, Math.round(milliseconds / BUCKET_MS)))]++;
  }

  merge(counts) {
    for (let i = 0; i < BUCKETS; i++) this.counts[i] += counts[i];
  }

  get size() {
    return this.counts.reduce((sum, count) => sum + count, 0);
  }

  quantile(q) {
    let left = this.size * q;
    return this.counts.findIndex((count) => (left -= count) <= 0) * BUCKET_MS;
  }
}
