import { useEffect } from 'react';
import type { Follower } from '../tidings.js';
import { useTidings } from './provider.js';
import { useLatest } from './use-latest.js';

/** Tells of each event of a channel, from now on, as long as this is on the page. Undefined: of none for now. */
export function useEvents(channel: string | undefined, onEvent: Follower['onEvent']): void {
  const client = useTidings();
  const latest = useLatest(onEvent);
  useEffect(() => {
    if (channel === undefined) return undefined;
    const subscription = client.subscribe(channel, { onEvent: (event) => latest.current(event) });
    return () => subscription.end();
  }, [client, channel, latest]);
}
