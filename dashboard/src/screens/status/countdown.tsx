import type { ReactNode } from 'react';
import { useSecond } from '../../ui/moment.js';
import { words } from '../../words/words.js';

const twoDigits = (value: number): string => String(value).padStart(2, '0');

function leftOf(seconds: number): string {
  const clock = [Math.floor(seconds / 3_600) % 24, Math.floor(seconds / 60) % 60, seconds % 60];
  return words.status.left(Math.floor(seconds / 86_400), clock.map(twoDigits).join(':'));
}

/** The time until a timer is due. At its end it waits for the server, whose clock decides. */
export function Countdown({ until }: { readonly until: string }): ReactNode {
  const now = useSecond();
  const seconds = Math.ceil(new Date(until).getTime() / 1_000) - now;
  return (
    <p role="timer" aria-label={words.status.countdown} className="font-mono text-xl">
      {seconds > 0 ? leftOf(seconds) : <span className="font-sans text-base">{words.status.due}</span>}
    </p>
  );
}
