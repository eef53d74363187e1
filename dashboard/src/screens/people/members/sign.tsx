import type { ReactNode } from 'react';
import { classes } from '../../../ui/classes.js';
import { words } from '../../../words/words.js';
import type { Sign } from '../rules/why.js';

const LOOKS: Record<Sign, readonly [string, string]> = {
  role: ['●', 'text-good'],
  grant: ['✚', 'text-good bg-good-soft'],
  deny: ['⊘', 'text-bad bg-bad-soft'],
  none: ['–', 'text-muted'],
  part: ['◐', 'text-warn bg-warn-soft'],
};

/** The answer for one permission as a shape with a colour; its words are beside it or in the name of the cell. */
export function SignMark({ sign }: { readonly sign: Sign }): ReactNode {
  const [shape, look] = LOOKS[sign];
  return (
    <span
      aria-hidden="true"
      className={classes('inline-flex size-5 shrink-0 items-center justify-center rounded text-sm leading-none', look)}
    >
      {shape}
    </span>
  );
}

const SIGNS = Object.keys(LOOKS) as Sign[];

export const Legend = (): ReactNode => (
  <ul aria-label={words.people.legend.label} className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-muted">
    {SIGNS.map((sign) => (
      <li key={sign} className="flex items-center gap-1">
        <SignMark sign={sign} />
        {words.people.legend[sign]}
      </li>
    ))}
  </ul>
);
