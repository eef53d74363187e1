import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useWorkspace } from '../../app/workspace.js';
import { classes } from '../../ui/classes.js';
import { exactTime } from '../../ui/moment.js';
import { State } from '../../ui/state.js';
import { words } from '../../words/words.js';
import { useCounts } from './deliveries-queries.js';
import { isSpan, STATUSES, type DeliveryFilters, type DeliveryStatus } from './delivery-search.js';

const CHIP =
  'inline-flex h-8 items-center gap-2 rounded border px-2 text-sm hover:bg-hover aria-pressed:border-accent aria-pressed:bg-accent-soft';

const number = (count: number | undefined): string => count?.toLocaleString('en') ?? '…';

/** The deliveries by status. Each count filters the list. */
export function CountsBar({ filters }: { readonly filters: DeliveryFilters }): ReactNode {
  const { id: ws } = useWorkspace();
  const navigate = useNavigate();
  const { data: counts } = useCounts(ws, filters);
  const { counts: text } = words.deliveries;
  const choose = (status: DeliveryStatus | undefined): void =>
    void navigate({ to: '.', search: (before: object) => ({ ...before, status }) } as never);
  const total = counts && counts.received + counts.processed + counts.failed;
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      <div role="group" aria-label={text.label} className="flex flex-wrap gap-1.5">
        <button
          type="button"
          aria-pressed={filters.status === undefined}
          onClick={() => choose(undefined)}
          className={classes(CHIP, 'border-line bg-surface')}
        >
          <span className="text-xs font-medium">{text.all}</span>
          <span>{number(total)}</span>
        </button>
        {STATUSES.map((status) => (
          <button
            key={status}
            type="button"
            aria-pressed={filters.status === status}
            onClick={() => choose(filters.status === status ? undefined : status)}
            className={classes(CHIP, 'border-line bg-surface')}
          >
            <State name={status} />
            <span>{number(counts?.[status])}</span>
          </button>
        ))}
      </div>
      <p className="text-xs text-muted max-sm:sr-only">{scopeOf(filters, counts?.stopped === true)}</p>
    </div>
  );
}

/** Says which deliveries are counted: the API counts by time and source only. */
function scopeOf(filters: DeliveryFilters, isStopped: boolean): string {
  const { counts: text, filters: names } = words.deliveries;
  const { since, until, sourceId } = filters;
  const begin = isSpan(since) ? names.spans[since].toLowerCase() : since && exactTime(since);
  const end = until && exactTime(until);
  const span = end === undefined ? begin : `${begin ?? ''} – ${end}`;
  const hasOthers = [filters.q, filters.provider, filters.eventType, filters.providerDeliveryId, filters.test].some(
    (value) => value !== undefined,
  );
  const head = span === undefined ? text.ever : text.since(span);
  return [
    [head, sourceId !== undefined && text.bySource, isStopped && text.stopped].filter(Boolean).join(', ') + '.',
    hasOthers && text.other,
  ]
    .filter(Boolean)
    .join(' ');
}
