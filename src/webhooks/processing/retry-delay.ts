const FIRST_MS = 1_000;
const MAX_MS = 10 * 60_000;

/** Doubles with every attempt. Jitter of up to 50 % spreads the retries of deliveries that failed together. */
export function retryDelayMs(attempts: number, random = Math.random): number {
  const full = Math.min(FIRST_MS * 2 ** (attempts - 1), MAX_MS);
  return Math.round(full * (1 - random() / 2));
}
