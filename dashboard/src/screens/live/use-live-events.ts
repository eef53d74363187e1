import { useMemo } from 'react';
import { useWorkspace } from '../../app/workspace.js';
import type { FeedEvent, FeedState } from '../../events/event-feed.js';
import { textOf } from '../../events/event-words.js';
import { useReadableChannels } from '../../events/readable-channels.js';
import { useEventFeed } from '../../events/use-event-feed.js';
import type { LiveSearch } from './live-search.js';

export const MAX_KEPT = 2_000;

/** The events of all channels that the user may read, filtered as the address says. */
export function useLiveEvents({ channel, type, q }: LiveSearch): {
  readonly state: FeedState;
  readonly channels: readonly string[];
  readonly types: readonly string[];
  readonly filtered: readonly FeedEvent[];
} {
  const { id } = useWorkspace();
  const followed = useReadableChannels();
  const { state } = useEventFeed(id, followed, { max: MAX_KEPT });
  const { events } = state;
  const filtered = useMemo(() => {
    const text = q?.toLowerCase();
    if (channel === undefined && type === undefined && text === undefined) return events;
    return events.filter(
      (event) =>
        (channel === undefined || event.channel === channel) &&
        (type === undefined || event.type === type) &&
        (text === undefined || textOf(event).includes(text)),
    );
  }, [events, channel, type, q]);
  const known = [...new Set(events.map((event) => event.type))].toSorted().join(' ');
  const types = useMemo(() => (known === '' ? [] : known.split(' ')), [known]);
  const channels = useMemo(() => followed.map((one) => one.channel), [followed]);
  return { state, channels, types, filtered };
}
