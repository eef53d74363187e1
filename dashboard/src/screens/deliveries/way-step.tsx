import type { ReactNode } from 'react';
import { classes } from '../../ui/classes.js';
import { exactTime } from '../../ui/moment.js';

const TONES = {
  good: 'border-good bg-good',
  warn: 'border-warn bg-surface',
  bad: 'border-bad bg-bad',
  calm: 'border-control bg-surface',
} as const;

export type Tone = keyof typeof TONES;

/** The time of day to the millisecond: the steps of a way are close together. */
const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
});

export const clockTime = (at: string | number): string => clock.format(new Date(at));

export const Clock = ({ at }: { readonly at: string | number }): ReactNode => (
  <time dateTime={new Date(at).toISOString()} title={exactTime(at)} className="font-mono text-xs text-muted">
    {clockTime(at)}
  </time>
);

/** A step of the way: its name, its time, and what is known about it. */
export function WayStep({
  name,
  tone,
  at,
  children,
}: {
  readonly name: string;
  readonly tone: Tone;
  readonly at?: string | number | undefined;
  readonly children?: ReactNode;
}): ReactNode {
  return (
    <li className="group relative pb-4 pl-6 last:pb-0">
      <span aria-hidden="true" className="absolute top-2 bottom-0 left-[5px] w-0.5 bg-line group-last:hidden" />
      <span aria-hidden="true" className={classes('absolute top-1 left-0 size-3 rounded-full border-2', TONES[tone])} />
      <div className="flex flex-wrap items-baseline gap-x-3">
        <h3>{name}</h3>
        {at !== undefined && <Clock at={at} />}
      </div>
      <div className="flex flex-col gap-1 text-sm">{children}</div>
    </li>
  );
}
