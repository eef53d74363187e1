import { useMemo, useSyncExternalStore } from 'react';
import type { ChannelOptions, ChannelState } from './channel-state.js';
import { LiveList } from './live-list.js';
import { useTidings } from './provider.js';
import { useLatest } from './use-latest.js';

/** A list that is loaded once and then kept up to date by the events of its channel. */
export function useChannel<Data, Channel extends string = string>(
  channel: Channel,
  options: ChannelOptions<Data, Channel>,
): ChannelState<Data> {
  const client = useTidings();
  const latest = useLatest(options as ChannelOptions<Data>);
  const list = useMemo(() => new LiveList(client, channel, latest), [client, channel, latest]);
  return useSyncExternalStore(list.subscribe, list.now, list.now);
}
