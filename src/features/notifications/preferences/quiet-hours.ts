/** Part of the day in the user's time zone, in minutes after midnight; spans midnight when `until` is before `from`. */
export interface QuietHours {
  readonly timeZone: string;
  readonly fromMinute: number;
  readonly untilMinute: number;
}

const MINUTES_OF_DAY = 24 * 60;
const MINUTE_MS = 60_000;

export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** @returns when the quiet hours end; undefined outside of them */
export function quietUntil({ timeZone, fromMinute, untilMinute }: QuietHours, now: Date): Date | undefined {
  const minuteAt = clockIn(timeZone);
  const length = (untilMinute - fromMinute + MINUTES_OF_DAY) % MINUTES_OF_DAY;
  const minutesLeft = (time: number): number => {
    const elapsed = (minuteAt(time) - fromMinute + MINUTES_OF_DAY) % MINUTES_OF_DAY;
    return Math.max(0, length - elapsed);
  };
  const thisMinute = Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS;
  const left = minutesLeft(thisMinute);
  if (left === 0) return undefined;
  let end = thisMinute + left * MINUTE_MS;
  // The clock changes in between, on two nights of the year: checks every minute.
  if (minuteAt(end) !== untilMinute) for (end = thisMinute; minutesLeft(end) > 0; end += MINUTE_MS);
  return new Date(end);
}

/** @returns a function from a time to its minute of the day */
function clockIn(timeZone: string): (time: number) => number {
  const format = new Intl.DateTimeFormat('en', { timeZone, hour: 'numeric', minute: 'numeric', hourCycle: 'h23' });
  return (time) => {
    const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
    return (parts.get('hour') ?? 0) * 60 + (parts.get('minute') ?? 0);
  };
}

/** `07:30` */
export const clockOf = (minute: number): string =>
  [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':');

export function minuteOf(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return hours * 60 + minutes;
}
