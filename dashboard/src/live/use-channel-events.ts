import { useEffect, useRef } from 'react';
import { live } from './live.js';
import type { AnyEvent } from './workspace-events.js';

/**
 * Follows one channel that the workspace's own subscription does not include, e.g. a topic or a document.
 * @param onReload loads again what the events change: called when the subscription begins, since events may have come
 * after the first load, and whenever events are missing
 */
export function useChannelEvents(
  channel: string | undefined,
  onEvent: (event: AnyEvent) => void,
  onReload: () => void,
): void {
  const latest = useRef({ onEvent, onReload });
  useEffect(() => {
    latest.current = { onEvent, onReload };
  });
  useEffect(() => {
    if (channel === undefined) return;
    const subscription = live.subscribe(channel, {
      onEvent: (event) => latest.current.onEvent(event as unknown as AnyEvent),
      onReload: () => latest.current.onReload(),
      onRefused: () => undefined,
    });
    return () => subscription.end();
  }, [channel]);
}
