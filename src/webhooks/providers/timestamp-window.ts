/** Seconds in both directions. The signed time limits replays of captured requests. */
const WINDOW_SECONDS = 300;

export type TimeUnit = 's' | 'ms' | 'iso';

/** True if a signed time, in whole seconds since 1970, is within the window around now. */
export function isInWindow(timestamp: string | undefined, now: Date): boolean {
  return isNear(timeOf(timestamp), now);
}

/** Compares whole seconds, as senders do. */
export function isNear(timeMs: number | undefined, now: Date, windowSeconds = WINDOW_SECONDS): boolean {
  if (timeMs === undefined) return false;
  return Math.abs(Math.floor(now.getTime() / 1000) - Math.floor(timeMs / 1000)) <= windowSeconds;
}

/** Converts a signed time to milliseconds; undefined for anything but whole units, or ISO 8601 with a zone. */
export function timeOf(timestamp: string | undefined, unit: TimeUnit = 's'): number | undefined {
  if (timestamp === undefined) return undefined;
  if (unit === 'iso') return isoTime(timestamp);
  if (!/^\d{1,15}$/.test(timestamp)) return undefined;
  return unit === 's' ? Number(timestamp) * 1000 : Number(timestamp);
}

/** Converts a signed time to milliseconds; undefined for anything but whole seconds. */
export const secondsAsMs = (timestamp: string | undefined): number | undefined => timeOf(timestamp, 's');

function isoTime(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)$/.test(text)) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}
