import { Link, useParams, useSearch, type LinkProps } from '@tanstack/react-router';
import { useCallback, useMemo, type ReactNode } from 'react';
import { channelColumn, offsetColumn, summaryColumn, timeColumn, typeColumn } from '../../events/event-columns.js';
import { keyOfEvent, type FeedEvent } from '../../events/event-feed.js';
import { EventPanel } from '../../events/event-panel.js';
import { channelLabel, placeIn } from '../../events/event-words.js';
import { FeedNotices } from '../../events/feed-notices.js';
import { PauseButton } from '../../events/pause-button.js';
import { useReading } from '../../events/use-reading.js';
import { buttonClass } from '../../ui/button.js';
import { classes } from '../../ui/classes.js';
import { DataTable } from '../../ui/data-table.js';
import { Empty, Skeleton } from '../../ui/notice.js';
import { Page } from '../../ui/page.js';
import { words } from '../../words/words.js';
import { LiveFilters } from './live-filters.js';
import type { LiveSearch } from './live-search.js';
import { MAX_KEPT, useLiveEvents } from './use-live-events.js';

const COLUMNS = [summaryColumn, typeColumn, channelColumn, offsetColumn, timeColumn];

const filtersOf = ({ at: _at, ...filters }: LiveSearch): LiveSearch => filters;

/** The events of all channels that the signed-in user may read, as they arrive. */
export function LiveScreen(): ReactNode {
  const { ws } = useParams({ from: '/w/$ws/live' });
  const search = useSearch({ from: '/w/$ws/live' });
  const { state, channels, types, matches } = useLiveEvents(search);
  const reading = useReading(state.events, matches);
  const { shown } = reading;
  const { at } = search;
  const filters = useMemo(() => filtersOf(search), [search]);
  const place = placeIn(at);
  const isFiltered = Object.keys(filters).length > 0;
  const missed = state.events.filter(({ isMissed }) => isMissed).length;
  // Rows are rendered again only when it changes.
  const linkOf = useCallback(
    (event: FeedEvent): LinkProps => ({
      to: '/w/$ws/live',
      params: { ws },
      search: { ...filters, at: keyOfEvent(event) },
    }),
    [ws, filters],
  );
  const empty = isFiltered ? (
    <Empty text={words.live.emptyFiltered} />
  ) : (
    <Empty text={words.live.empty}>
      <Link to="/w/$ws/sources" params={{ ws }} className={buttonClass()}>
        {words.live.sources}
      </Link>
    </Empty>
  );
  return (
    <Page fill title={words.navigation.live} actions={<PauseButton reading={reading} />}>
      <div className={classes(place !== undefined && 'max-lg:hidden')}>
        <LiveFilters channels={channels} types={types} />
      </div>
      <FeedNotices state={state} missed={missed} />
      <div className="flex min-h-0 grow gap-3">
        <div {...reading.handlers} className={classes('flex min-h-0 min-w-0 grow flex-col', place && 'max-lg:hidden')}>
          {shown.length === 0 && state.loading > 0 ? (
            <Skeleton />
          ) : (
            <DataTable
              label={words.live.label}
              columns={COLUMNS}
              rows={shown}
              rowId={keyOfEvent}
              linkOf={linkOf}
              activeId={at}
              empty={empty}
            />
          )}
        </div>
        {place !== undefined && channels.includes(place.channel) && (
          <EventPanel
            key={at}
            {...place}
            known={state.events.find((event) => keyOfEvent(event) === at)}
            close={{ to: '/w/$ws/live', params: { ws }, search: filters } as never}
          />
        )}
      </div>
      <p className="text-xs text-muted max-sm:hidden">
        {words.live.following(channels.length)} ({channels.slice(0, 6).map(channelLabel).join(', ')}
        {channels.length > 6 && ' …'}). {words.live.kept(MAX_KEPT)}
      </p>
    </Page>
  );
}
