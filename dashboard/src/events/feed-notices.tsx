import type { ReactNode } from 'react';
import { useConnectionStatus } from '../live/live.js';
import { ErrorNotice } from '../ui/notice.js';
import { words } from '../words/words.js';
import type { FeedState } from './event-feed.js';
import { channelLabel } from './event-words.js';

/** Notices about the connection and the log, above a list of events. */
export function FeedNotices({ state, missed }: { readonly state: FeedState; readonly missed: number }): ReactNode {
  const isOpen = useConnectionStatus().state === 'open';
  const { error, torn } = state;
  const lines = [
    !isOpen && state.events.length > 0 && words.list.stale,
    missed > 0 && words.live.missed(missed),
    torn.length > 0 && words.events.torn(torn.map(channelLabel).join(', ')),
  ].filter((line) => line !== false);
  return (
    <>
      <ErrorNotice error={error} />
      <div
        role="status"
        className={lines.length === 0 ? 'sr-only' : 'rounded bg-warn-soft px-3 py-1 text-sm text-warn'}
      >
        {lines.join(' · ')}
      </div>
    </>
  );
}
