import { useMemo, useSyncExternalStore } from 'react';
import type { EventOf, Position, TidingsError } from '../tidings.js';
import { LiveList } from './live-list.js';
import { useTidings } from './provider.js';
import type { KeepOption } from './refused.js';
import { useLatest } from './use-latest.js';

export interface ChannelOptions<Data, Channel extends string = string> extends KeepOption {
  /** Reads the list and its position. Also when events were lost, or `reduce` threw: then the list is read anew. */
  load(): Promise<{ readonly data: Data; readonly position?: Position | undefined }>;
  /** The data after an event. */
  reduce(data: Data, event: EventOf<Channel>): Data;
}

/**
 * `stale`: there are data, but they are not followed at the moment, or are being read anew; `refused`: the user may not
 * read the channel, or has to sign in again. The data are gone then, unless `keep` is set.
 */
export interface ChannelState<Data> {
  readonly state: 'loading' | 'live' | 'stale' | 'refused';
  /** Whether `data` may be old. */
  readonly stale: boolean;
  readonly data?: Data;
  readonly error?: TidingsError | undefined;
}

/** A list that is read once and then kept up to date by the events of its channel. */
export function useChannel<Data, Channel extends string = string>(
  channel: Channel,
  options: ChannelOptions<Data, Channel>,
): ChannelState<Data> {
  const client = useTidings();
  const latest = useLatest(options as ChannelOptions<Data>);
  const list = useMemo(() => new LiveList(client, channel, latest), [client, channel, latest]);
  return useSyncExternalStore(list.subscribe, list.now, list.now);
}
