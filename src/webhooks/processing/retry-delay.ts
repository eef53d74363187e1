const FIRST_MS = 1_000;
const LONGEST_MS = 10 * 60_000;

/** Doubles with every attempt; the jitter takes up to half away, so that what failed together doesn't come back together. */
export function retryDelayMs(attempts: number, random = Math.random): number {
  const full = Math.min(FIRST_MS * 2 ** (attempts - 1), LONGEST_MS);
  return Math.round(full * (1 - random() / 2));
}
