/** Seconds to either side: senders sign a time so that a captured request can't be sent again later. */
const WINDOW_SECONDS = 300;

/** Whether a signed time, in whole seconds since 1970, is near enough to now. Anything but digits is not a time. */
export function isInWindow(timestamp: string | undefined, now: Date): boolean {
  if (timestamp === undefined || !/^\d{1,12}$/.test(timestamp)) return false;
  return Math.abs(Math.floor(now.getTime() / 1000) - Number(timestamp)) <= WINDOW_SECONDS;
}

/** A signed time in milliseconds; undefined for anything but whole seconds. */
export function secondsAsMs(timestamp: string | undefined): number | undefined {
  return timestamp !== undefined && /^\d{1,12}$/.test(timestamp) ? Number(timestamp) * 1000 : undefined;
}
