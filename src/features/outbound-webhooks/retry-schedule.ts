const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** The schedule that Standard Webhooks recommends: ten attempts over three days and a few hours. */
const PAUSES = [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR];
const MAX_RETRY_AFTER_MS = 24 * HOUR;

/**
 * The pause after attempt number `attempts`, in milliseconds. Adds up to 20 % of jitter, so that messages that failed
 * together are not retried together, and honours a longer `Retry-After` up to 24 hours.
 * @returns undefined after the last attempt
 */
export function pauseAfter(attempts: number, retryAfterMs = 0, random = Math.random): number | undefined {
  const pause = PAUSES[attempts - 1];
  if (pause === undefined) return undefined;
  return Math.round(Math.max(pause * (1 + random() / 5), Math.min(retryAfterMs, MAX_RETRY_AFTER_MS)));
}
