import { useCallback, useMemo } from 'react';
import { useWorkspace } from '../../app/workspace.js';
import type { FeedEvent, FeedState } from '../../events/event-feed.js';
import { textOf } from '../../events/event-words.js';
import { useReadableChannels } from '../../events/readable-channels.js';
import { useEventFeed } from '../../events/use-event-feed.js';
import type { LiveSearch } from './live-search.js';

export const MAX_KEPT = 2_000;

/** The events of all channels that the user may read, and the filters of the address. */
export function useLiveEvents({ channel, type, q }: LiveSearch): {
  readonly state: FeedState;
  readonly channels: readonly string[];
  readonly types: readonly string[];
  /** Whether an event passes the filters of the address. */
  readonly matches: (event: FeedEvent) => boolean;
} {
  const { id } = useWorkspace();
  const followed = useReadableChannels();
  const names = useMemo(() => followed.map((one) => one.channel), [followed]);
  const text = q?.toLowerCase();
  const { state } = useEventFeed(id, followed, { max: MAX_KEPT });
  const { events } = state;
  const matches = useCallback(
    (event: FeedEvent): boolean =>
      // The right to read a channel may have ended while the list is held.
      names.includes(event.channel) &&
      (channel === undefined || event.channel === channel) &&
      (type === undefined || event.type === type) &&
      (text === undefined || textOf(event).includes(text)),
    [names, channel, type, text],
  );
  const known = [...new Set(events.map((event) => event.type))].toSorted().join(' ');
  const types = useMemo(() => (known === '' ? [] : known.split(' ')), [known]);
  return { state, channels: names, types, matches };
}
