import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { EventFeed, type FeedState, type FollowedChannel } from './event-feed.js';

/**
 * The newest events of some channels, followed live. `channels` is memoized by the caller; a channel that is no longer
 * among them disappears at once.
 */
export function useEventFeed(
  workspaceId: string,
  channels: readonly FollowedChannel[],
  { max, type }: { readonly max: number; readonly type?: string | undefined },
): { readonly feed: EventFeed; readonly state: FeedState } {
  const feed = useMemo(() => new EventFeed({ workspaceId, max, type }), [workspaceId, max, type]);
  useEffect(() => feed.follow(channels), [feed, channels]);
  useEffect(() => () => feed.follow([]), [feed]);
  const state = useSyncExternalStore(
    (watcher) => feed.watch(watcher),
    () => feed.state,
  );
  return { feed, state };
}
