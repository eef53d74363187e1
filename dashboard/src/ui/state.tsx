import type { ReactNode } from 'react';
import { words } from '../words/words.js';
import { classes } from './classes.js';

export type StateName = keyof typeof words.states;

const LOOKS: Record<'good' | 'warn' | 'bad' | 'calm' | 'accent', string> = {
  good: 'text-good bg-good-soft',
  warn: 'text-warn bg-warn-soft',
  bad: 'text-bad bg-bad-soft',
  calm: 'text-muted bg-hover',
  accent: 'text-accent bg-accent-soft',
};

/** The colour and the shape of each state. */
const STATES: Record<StateName, readonly [keyof typeof LOOKS, string]> = {
  processed: ['good', '●'],
  done: ['good', '●'],
  delivered: ['good', '●'],
  sent: ['good', '●'],
  enabled: ['good', '●'],
  live: ['good', '●'],
  open: ['good', '●'],
  received: ['warn', '◐'],
  waiting: ['warn', '◐'],
  pending: ['warn', '◐'],
  running: ['warn', '◐'],
  failing: ['warn', '▲'],
  silent: ['warn', '▲'],
  failed: ['bad', '✕'],
  refused: ['bad', '⊘'],
  disabled: ['calm', '■'],
  duplicate: ['calm', '='],
  paused: ['calm', '❚❚'],
  cancelled: ['calm', '■'],
  stale: ['calm', '○'],
  replayed: ['accent', '↻'],
  test: ['accent', '◇'],
};

/** A state as a colour, a shape and a word. */
export function State({ name, word }: { readonly name: StateName; readonly word?: string }): ReactNode {
  const [look, shape] = STATES[name];
  return (
    <span
      className={classes(
        'inline-flex items-center gap-1 rounded px-1.5 text-xs font-medium whitespace-nowrap',
        LOOKS[look],
      )}
    >
      <span aria-hidden="true">{shape}</span>
      {word ?? words.states[name]}
    </span>
  );
}
