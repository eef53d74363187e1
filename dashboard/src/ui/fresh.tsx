import RefreshCw from 'lucide-react/icons/refresh-cw';
import type { ReactNode } from 'react';
import { words } from '../words/words.js';
import { Button } from './button.js';
import { Moment } from './moment.js';

/** When a view was loaded that nothing keeps live, and a button that loads it again. */
export function Fresh({
  query,
}: {
  readonly query: { dataUpdatedAt: number; isFetching: boolean; refetch: () => unknown };
}): ReactNode {
  return (
    <span className="flex items-center gap-2 text-sm text-muted">
      {query.dataUpdatedAt > 0 && (
        <span>
          {words.system.asOf} <Moment at={query.dataUpdatedAt} />
        </span>
      )}
      <Button busy={query.isFetching} onClick={() => void query.refetch()}>
        <RefreshCw className="size-4" aria-hidden="true" />
        {words.system.refresh}
      </Button>
    </span>
  );
}
