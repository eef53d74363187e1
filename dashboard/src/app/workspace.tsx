import { createContext, useContext } from 'react';
import type { Schemas } from '../api/api.js';
import { useMe } from '../session/me.js';

export const WorkspaceContext = createContext<Schemas['Workspace'] | undefined>(undefined);

/** The workspace in the address, with the permissions that the signed-in user has in it at the moment. */
export function useWorkspace(): Schemas['Workspace'] {
  const workspace = useContext(WorkspaceContext);
  if (workspace === undefined) throw new Error('This component is shown below a workspace only.');
  return workspace;
}

/** Whether a set of permissions holds one, a scoped form such as `topics:read:orders/*` included. */
export const holds = (permissions: readonly string[], permission: string): boolean =>
  permissions.some((held) => held === permission || held.startsWith(`${permission}:`));

/** Whether the signed-in user has a permission in this workspace; follows changes live. */
export function useMay(permission: string): boolean {
  return holds(useWorkspace().permissions, permission);
}

export const useIsAdministrator = (): boolean => useMe().data?.user.isAdmin === true;

/** The start of every query key of a workspace: `[...keyOf(ws), 'deliveries', filter]`. */
export const keyOf = (workspaceId: string) => ['ws', workspaceId] as const;
