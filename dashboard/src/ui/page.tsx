import { useEffect, type ReactNode } from 'react';
import { words } from '../words/words.js';
import { classes } from './classes.js';

/** A screen: its heading with actions, and its content. `wide` content scrolls by itself and fills the height. */
export function Page({
  title,
  actions,
  fill = false,
  children,
}: {
  readonly title: string;
  readonly actions?: ReactNode;
  readonly fill?: boolean;
  readonly children: ReactNode;
}): ReactNode {
  useEffect(() => {
    document.title = `${title} · ${words.product}`;
  }, [title]);
  return (
    <div className={classes('flex flex-col gap-4 p-4 max-sm:p-3', fill && 'h-full min-h-0')}>
      <div className="flex flex-wrap items-center gap-2">
        <h1 className="mr-auto">{title}</h1>
        {actions}
      </div>
      {children}
    </div>
  );
}

/** A part of a screen with a border and, as a rule, a heading. Panels do not contain panels. */
export function Panel({
  title,
  actions,
  className,
  children,
}: {
  readonly title?: ReactNode;
  readonly actions?: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <section className={classes('flex min-w-0 flex-col rounded border border-line bg-surface', className)}>
      {title !== undefined && (
        <div className="flex min-h-10 flex-wrap items-center gap-2 border-b border-line px-3 py-1">
          <h2 className="mr-auto text-base">{title}</h2>
          {actions}
        </div>
      )}
      {children}
    </section>
  );
}

/** Names and their values, e.g. the facts of a delivery. */
export function Facts({ facts }: { readonly facts: readonly (readonly [string, ReactNode])[] }): ReactNode {
  return (
    <dl className="grid grid-cols-[minmax(7rem,auto)_1fr] gap-x-4 gap-y-1 p-3 text-sm">
      {facts.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
