export function quantile(values, q) {
  const sorted = Float64Array.from(values).toSorted();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];
}

export const median = (values) => quantile(values, 0.5);

export const summary = (milliseconds) => ({ p50: quantile(milliseconds, 0.5), p99: quantile(milliseconds, 0.99) });
