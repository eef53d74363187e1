import { TidingsClient, type Status } from '@tidings/client';
import { useSyncExternalStore } from 'react';
import type { Schemas } from '../api/api.js';
import { base } from '../api/base.js';
import { queries } from '../api/queries.js';
import { ME } from '../session/me.js';
import { session } from '../session/session.js';

/** The connection of this page. It is open while a user is signed in. */
export const live = new TidingsClient({
  url: base,
  getToken: (fresh) => session.token(fresh),
  onError: (error) => console.warn(error),
});

// The server pushes the whole set of permissions after each change.
live.on('permissions:updated', ({ workspaces }) => {
  queries.setQueryData<Schemas['Me']>(ME, (me) => {
    if (me === undefined) return undefined;
    const known = new Map(me.workspaces.map((workspace) => [workspace.id, workspace]));
    // The push has no names: a workspace that is new here is loaded.
    if (workspaces.some(({ id }) => !known.has(id))) void queries.invalidateQueries({ queryKey: ME });
    return {
      ...me,
      workspaces: workspaces.flatMap(({ id, role, permissions }) => {
        const workspace = known.get(id);
        return workspace === undefined ? [] : [{ ...workspace, role, permissions }];
      }),
    };
  });
});

// The session may have ended elsewhere: a renewal that is refused shows the sign-in.
live.onStatus(({ state }) => {
  if (state === 'stopped' && session.state === 'in') session.token(true).catch(() => undefined);
});

function followState(): void {
  if (session.state === 'out') {
    live.close();
    queries.clear();
  } else live.connect();
}

/** Connects after a sign-in and closes after a sign-out, for as long as this tab is open. */
export function followSession(): void {
  session.watch(followState);
  followState();
}

export const useConnectionStatus = (): Status =>
  useSyncExternalStore(
    (watcher) => live.onStatus(watcher),
    () => live.status,
  );
