import { useCallback, useSyncExternalStore } from 'react';
import type { Status } from '../tidings.js';
import { useTidings } from './provider.js';

/** The status of the connection. */
export function useConnection(): Status {
  const client = useTidings();
  const watch = useCallback((changed: () => void) => client.onStatus(changed), [client]);
  const now = () => client.status;
  return useSyncExternalStore(watch, now, now);
}
