const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** The schedule that Standard Webhooks recommends: ten attempts over three days and a few hours. */
const PAUSES = [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR];
const LONGEST_WISH_MS = 24 * HOUR;

/**
 * The pause after attempt number `attempts`, in milliseconds. Up to a fifth is added, so that what failed together
 * doesn't come back together; a receiver that asks for more time with `Retry-After` gets it, up to a day.
 * @returns undefined after the last attempt
 */
export function pauseAfter(attempts: number, wishedMs = 0, random = Math.random): number | undefined {
  const pause = PAUSES[attempts - 1];
  if (pause === undefined) return undefined;
  return Math.round(Math.max(pause * (1 + random() / 5), Math.min(wishedMs, LONGEST_WISH_MS)));
}
