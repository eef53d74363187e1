const MINUTE = 60;
const HOUR = 60 * MINUTE;
const MAX_RETRY_AFTER_MS = 24 * HOUR * 1_000;

export const RETRY_PRESETS = ['standard', 'quick', 'none'] as const;

/** A preset, or the pauses between attempts in seconds. */
export type Retries = (typeof RETRY_PRESETS)[number] | readonly number[];

/** In seconds. `standard` is the schedule that Standard Webhooks recommends: ten attempts over three days. */
const PAUSES: Readonly<Record<(typeof RETRY_PRESETS)[number], readonly number[]>> = {
  standard: [5, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR],
  quick: [5, 15, MINUTE, 3 * MINUTE, 5 * MINUTE],
  none: [],
};

/**
 * The pause after attempt number `attempts`, in milliseconds. Adds up to 20 % of jitter, so that messages that failed
 * together are not retried together, and honours a longer `Retry-After` up to 24 hours.
 * @returns undefined after the last attempt
 */
export function pauseAfter(
  attempts: number,
  retryAfterMs = 0,
  retries: Retries = 'standard',
  random = Math.random,
): number | undefined {
  const seconds = pausesOf(retries)[attempts - 1];
  if (seconds === undefined) return undefined;
  return Math.round(Math.max(seconds * 1_000 * (1 + random() / 5), Math.min(retryAfterMs, MAX_RETRY_AFTER_MS)));
}

/** The time from the first attempt to the last one, in milliseconds, without jitter. */
export const spanOf = (retries: Retries): number =>
  pausesOf(retries).reduce((sum, seconds) => sum + seconds, 0) * 1_000;

const pausesOf = (retries: Retries): readonly number[] => (typeof retries === 'string' ? PAUSES[retries] : retries);
