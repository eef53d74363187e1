import type { TidingsEvent } from '@tidings/client';
import { createContext, useContext, useEffect, useRef, useState, type ReactNode } from 'react';
import { queries } from '../api/queries.js';
import { live } from './live.js';
import { followChanges } from './workspace-changes.js';

/** An event of any channel, the application's own ones included. */
export type AnyEvent = Pick<TidingsEvent, 'id' | 'channel' | 'offset' | 'ts' | 'actor'> & {
  readonly type: string;
  readonly payload: Record<string, unknown>;
};

type Listener = (event: AnyEvent) => void;

const Listeners = createContext<Set<Listener> | undefined>(undefined);

/**
 * Follows all channels of a workspace that the user may read, once for all screens. Lists of the workspace are loaded
 * again when events after their position are no longer in the log.
 */
export function WorkspaceEvents({ workspaceId, children }: { workspaceId: string; children: ReactNode }): ReactNode {
  const [listeners] = useState(() => new Set<Listener>());
  useEffect(() => {
    let isFirst = true;
    const membership = live.join(workspaceId, {
      onEvent: (event) => {
        for (const listener of listeners) listener(event);
      },
      onReload: () => {
        // The first load is that of the screens themselves.
        if (!isFirst) void queries.invalidateQueries({ queryKey: ['ws', workspaceId] });
      },
      onLive: () => void (isFirst = false),
      onRefused: () => undefined,
    });
    return () => membership.end();
  }, [workspaceId, listeners]);
  useEffect(() => followChanges(workspaceId), [workspaceId]);
  return <Listeners.Provider value={listeners}>{children}</Listeners.Provider>;
}

/** Calls `onEvent` with each event of the workspace's channels, in the order of each channel. */
export function useWorkspaceEvents(onEvent: Listener): void {
  const listeners = useContext(Listeners);
  const latest = useRef(onEvent);
  useEffect(() => {
    latest.current = onEvent;
  });
  useEffect(() => {
    const listener: Listener = (event) => latest.current(event);
    listeners?.add(listener);
    return () => void listeners?.delete(listener);
  }, [listeners]);
}
