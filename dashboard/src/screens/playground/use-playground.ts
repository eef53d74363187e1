import { useEffect, useState, useSyncExternalStore } from 'react';
import { PlaygroundConnection, type PlaygroundState } from './playground-connection.js';
import type { Entry } from './frames.js';

export interface Playground {
  readonly connection: PlaygroundConnection;
  readonly state: PlaygroundState;
  readonly entries: readonly Entry[];
}

/** A connection for as long as the screen is shown. */
export function usePlayground(): Playground {
  const [connection] = useState(() => new PlaygroundConnection());
  useEffect(() => {
    const wake = (): void => connection.wake();
    window.addEventListener('online', wake);
    document.addEventListener('visibilitychange', wake);
    return () => {
      window.removeEventListener('online', wake);
      document.removeEventListener('visibilitychange', wake);
      connection.disconnect();
    };
  }, [connection]);
  const state = useSyncExternalStore(connection.watch, () => connection.state);
  const entries = useSyncExternalStore(connection.watch, () => connection.entries);
  return { connection, state, entries };
}
