export interface BackoffOptions {
  readonly firstMs: number;
  readonly maxMs: number;
}

/**
 * The delay before the next attempt, in milliseconds: doubles with every attempt. Jitter of up to 50 % spreads the
 * retries of work that failed together.
 * @param attempts how many have failed, from 1
 */
export function backoffMs(attempts: number, { firstMs, maxMs }: BackoffOptions, random = Math.random): number {
  const full = Math.min(firstMs * 2 ** (attempts - 1), maxMs);
  return Math.round(full * (1 - random() / 2));
}
