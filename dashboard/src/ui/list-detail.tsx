import type { ReactNode } from 'react';
import { classes } from './classes.js';

/** A list with the opened row beside it; below 1280 px the opened row takes the place of the list. */
export function ListDetail({
  list,
  detail,
}: {
  readonly list: ReactNode;
  readonly detail?: ReactNode | undefined;
}): ReactNode {
  const isOpen = detail !== undefined;
  return (
    <div className="flex min-h-0 grow gap-4">
      <div className={classes('flex min-h-0 min-w-0 flex-col gap-3', isOpen ? 'w-80 shrink-0 max-xl:hidden' : 'grow')}>
        {list}
      </div>
      {isOpen && <div className="min-h-0 min-w-0 grow overflow-y-auto">{detail}</div>}
    </div>
  );
}
