import { useNavigate } from '@tanstack/react-router';
import { useRef, useState, type ReactNode } from 'react';
import type { Schemas } from '../../api/api.js';
import { useShortcuts } from '../../app/shortcuts.js';
import { Button } from '../../ui/button.js';
import { classes } from '../../ui/classes.js';
import { Select } from '../../ui/field.js';
import { words } from '../../words/words.js';
import { isSpan, SPANS, type DeliveryFilters } from './delivery-search.js';
import { FilterText } from './filter-text.js';
import { MoreFilters } from './more-filters.js';

const OWN = 'own';

/** The filters of the list. All of them are in the address. */
export function FilterBar({
  filters,
  sources,
  isSplit,
}: {
  readonly filters: DeliveryFilters;
  readonly sources: ReadonlyMap<string, Schemas['Source']>;
  readonly isSplit: boolean;
}): ReactNode {
  const navigate = useNavigate();
  const bar = useRef<HTMLDivElement>(null);
  const { provider, eventType, providerDeliveryId, test, since, until, q, sourceId } = filters;
  const hasOwnTimes = (since !== undefined && !isSpan(since)) || until !== undefined;
  const more = [provider, eventType, providerDeliveryId, test].filter((value) => value !== undefined).length;
  const [isOpen, setOpen] = useState(more > 0 || hasOwnTimes);
  useShortcuts({ '/': () => bar.current?.querySelector('input')?.focus() });

  const { filters: text } = words.deliveries;
  const change = (changed: DeliveryFilters, replace = false): void =>
    void navigate({ to: '.', search: (before: object) => ({ ...before, ...changed }), replace } as never);
  const choosePeriod = (period: string): void => {
    if (period === OWN) setOpen(true);
    else change({ since: period || undefined, until: undefined });
  };
  return (
    <div ref={bar} role="search" aria-label={text.label} className="flex flex-col gap-2">
      <div className="flex flex-wrap gap-2">
        <FilterText
          type="search"
          aria-label={text.search}
          placeholder={text.search}
          value={q}
          onChange={(next) => change({ q: next }, true)}
          className="min-w-48 flex-2"
        />
        <Select
          aria-label={text.source}
          value={sourceId ?? ''}
          onChange={({ target }) => change({ sourceId: target.value || undefined })}
          className={classes('min-w-32 flex-1', isSplit && 'xl:hidden 2xl:block')}
        >
          <option value="">{text.anySource}</option>
          {[...sources.values()].map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
        <Select
          aria-label={text.span}
          value={hasOwnTimes ? OWN : (since ?? '')}
          onChange={({ target }) => choosePeriod(target.value)}
          className={classes('min-w-32 flex-1', isSplit && 'xl:hidden 2xl:block')}
        >
          <option value="">{text.anyTime}</option>
          {Object.keys(SPANS).map((span) => (
            <option key={span} value={span}>
              {text.spans[span as keyof typeof SPANS]}
            </option>
          ))}
          <option value={OWN}>{text.ownTime}</option>
        </Select>
        <Button aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {text.more(more)}
        </Button>
        {Object.keys(filters).length > 0 && (
          <Button kind="quiet" onClick={() => void navigate({ to: '.', search: {} } as never)}>
            {text.clear}
          </Button>
        )}
      </div>
      {isOpen && <MoreFilters filters={filters} sources={sources} onChange={change} />}
    </div>
  );
}
