import { useSyncExternalStore } from 'react';
import { session, type SessionState } from './session.js';

export const useSessionState = (): SessionState =>
  useSyncExternalStore(
    (watcher) => session.watch(watcher),
    () => session.state,
  );
