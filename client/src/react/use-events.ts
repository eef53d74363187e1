import { useEffect } from 'react';
import type { EventOf } from '../tidings.js';
import { useTidings } from './provider.js';
import { useLatest } from './use-latest.js';

/** Calls `onEvent` for each event of a channel while mounted; for none if `channel` is undefined. */
export function useEvents<Channel extends string>(
  channel: Channel | undefined,
  onEvent: (event: EventOf<Channel>) => unknown,
): void {
  const client = useTidings();
  const latest = useLatest(onEvent);
  useEffect(() => {
    if (channel === undefined) return undefined;
    const subscription = client.subscribe(channel, { onEvent: (event) => latest.current(event) });
    return () => subscription.end();
  }, [client, channel, latest]);
}
