import { useSyncExternalStore, type ReactNode } from 'react';
import { words } from '../words/words.js';

const watchers = new Set<() => void>();
let second = Math.floor(new Date().getTime() / 1_000);

setInterval(() => {
  second = Math.floor(new Date().getTime() / 1_000);
  for (const watcher of watchers) watcher();
}, 1_000);

/** The time now in whole seconds since 1970; renders each second. */
export const useSecond = (): number =>
  useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => void watchers.delete(watcher);
    },
    () => second,
  );

/** A span in its largest unit, e.g. `3 min`. */
export function spanOf(seconds: number): string {
  const { time } = words;
  const amount = Math.abs(seconds);
  if (amount < 60) return time.seconds(Math.floor(amount));
  if (amount < 3_600) return time.minutes(Math.floor(amount / 60));
  if (amount < 86_400) return time.hours(Math.floor(amount / 3_600));
  return time.days(Math.floor(amount / 86_400));
}

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

export const exactTime = (at: string | number): string => exact.format(new Date(at));

/** A relative time; the exact one on hover and for screen readers. */
export function Moment({
  at,
  none,
}: {
  readonly at: string | number | null | undefined;
  readonly none?: string;
}): ReactNode {
  const now = useSecond();
  if (at === null || at === undefined) return <span className="text-muted">{none ?? words.time.never}</span>;
  const seconds = Math.floor(new Date(at).getTime() / 1_000) - now;
  const text =
    Math.abs(seconds) < 2
      ? words.time.now
      : seconds < 0
        ? words.time.ago(spanOf(seconds))
        : words.time.in(spanOf(seconds));
  return (
    <time dateTime={new Date(at).toISOString()} title={exactTime(at)} className="whitespace-nowrap">
      {text}
    </time>
  );
}
