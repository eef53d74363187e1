import { useParams, useSearch, type LinkProps } from '@tanstack/react-router';
import { useCallback, useMemo, useState, type ReactNode } from 'react';
import { useWorkspace } from '../../app/workspace.js';
import { offsetColumn, summaryColumn, timeColumn, typeColumn } from '../../events/event-columns.js';
import { keyOfEvent, type FeedEvent } from '../../events/event-feed.js';
import { EventPanel } from '../../events/event-panel.js';
import { channelLabel } from '../../events/event-words.js';
import { FeedNotices } from '../../events/feed-notices.js';
import { PauseButton } from '../../events/pause-button.js';
import { useEventFeed } from '../../events/use-event-feed.js';
import { useReading } from '../../events/use-reading.js';
import { classes } from '../../ui/classes.js';
import { DataTable } from '../../ui/data-table.js';
import { Empty, Skeleton } from '../../ui/notice.js';
import { words } from '../../words/words.js';
import { ChannelFacts } from './channel-facts.js';
import { useChannels } from './channels-queries.js';
import { LogActions } from './log-actions.js';
import { TypeFilter } from './type-filter.js';

const COLUMNS = [{ ...offsetColumn, optional: false }, summaryColumn, typeColumn, timeColumn];
/** So many events of a log are kept in memory; older ones are loaded again by scrolling. */
const MAX_KEPT = 10_000;

/** Loads older pages, one at a time, as the end of the list comes into view. */
function useOlder(older: () => Promise<boolean>): { readonly load: () => void; readonly error: unknown } {
  const [isLoading, setLoading] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const load = useCallback(() => {
    if (isLoading || error !== null) return;
    setLoading(true);
    older()
      .catch(setError)
      .finally(() => setLoading(false));
  }, [isLoading, error, older]);
  return { load, error };
}

/** The log of one channel by offset, newest first, followed live. */
export function LogView({ channel, type }: { readonly channel: string; readonly type: string | undefined }): ReactNode {
  const { ws } = useParams({ from: '/w/$ws/channels/$' });
  const { at: open } = useSearch({ from: '/w/$ws/channels/$' });
  const { id } = useWorkspace();
  const followed = useMemo(() => [{ channel, past: !channel.startsWith('user:') }], [channel]);
  const { feed, state } = useEventFeed(id, followed, { max: MAX_KEPT, type });
  const reading = useReading(state.events);
  const older = useOlder(useCallback(() => feed.older(channel), [feed, channel]));
  const row = useChannels().rows.find((one) => one.channel === channel);
  const filters = type === undefined ? {} : { type };
  const address = { to: '/w/$ws/channels/$', params: { ws, _splat: channel } } as const;
  // Rows are rendered again only when it changes.
  const linkOf = useCallback(
    ({ offset }: FeedEvent): LinkProps => ({
      to: '/w/$ws/channels/$',
      params: { ws, _splat: channel },
      search: { ...(type !== undefined && { type }), at: offset },
    }),
    [ws, channel, type],
  );
  const missed = state.events.filter(({ isMissed }) => isMissed).length;
  return (
    <>
      <div className={classes('flex flex-col gap-2', open !== undefined && 'max-lg:hidden')}>
        <div className="flex flex-wrap items-center gap-2">
          <h2 className="mr-auto break-all">{channelLabel(channel)}</h2>
          <PauseButton reading={reading} />
          <LogActions channel={channel} row={row} />
        </div>
        <ChannelFacts channel={channel} row={row} head={state.events[0]?.offset ?? null} />
        <TypeFilter events={state.events} />
      </div>
      <FeedNotices state={{ ...state, error: state.error ?? older.error }} missed={missed} />
      <div className="flex min-h-0 grow gap-3">
        <div
          {...reading.handlers}
          className={classes('flex min-h-0 min-w-0 grow flex-col', open !== undefined && 'max-lg:hidden')}
        >
          {reading.shown.length === 0 && state.loading > 0 ? (
            <Skeleton />
          ) : (
            <DataTable
              label={words.channels.log(channelLabel(channel))}
              columns={COLUMNS}
              rows={reading.shown}
              rowId={keyOfEvent}
              linkOf={linkOf}
              activeId={open === undefined ? undefined : `${channel}@${open}`}
              onEnd={older.load}
              empty={<Empty text={type === undefined ? words.channels.empty : words.channels.emptyType(type)} />}
            />
          )}
        </div>
        {open !== undefined && (
          <EventPanel
            key={open}
            channel={channel}
            offset={open}
            isInLog
            known={state.events.find(({ offset }) => offset === open)}
            close={{ ...address, search: filters } as never}
          />
        )}
      </div>
    </>
  );
}
