/** Seconds in both directions. The signed time limits replays of captured requests. */
const WINDOW_SECONDS = 300;

/** True if a signed time, in whole seconds since 1970, is within the window around now. */
export function isInWindow(timestamp: string | undefined, now: Date): boolean {
  if (timestamp === undefined || !/^\d{1,12}$/.test(timestamp)) return false;
  return Math.abs(Math.floor(now.getTime() / 1000) - Number(timestamp)) <= WINDOW_SECONDS;
}

/** Converts a signed time to milliseconds; undefined for anything but whole seconds. */
export function secondsAsMs(timestamp: string | undefined): number | undefined {
  return timestamp !== undefined && /^\d{1,12}$/.test(timestamp) ? Number(timestamp) * 1000 : undefined;
}
