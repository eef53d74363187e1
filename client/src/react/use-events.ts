import { useEffect } from 'react';
import type { EventOf } from '../tidings.js';
import { useTidings } from './provider.js';
import { useLatest } from './use-latest.js';

/** Tells of each event of a channel, from now on, as long as this is on the page. Undefined: of none for now. */
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
