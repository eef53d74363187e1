import { Outlet, useMatches, useParams } from '@tanstack/react-router';
import { useEffect, type ReactNode } from 'react';
import { WorkspaceEvents } from '../live/workspace-events.js';
import { useMe } from '../session/me.js';
import { Empty } from '../ui/notice.js';
import { words } from '../words/words.js';
import { NotAllowedScreen } from './fallback-screens.js';
import { rememberWorkspace } from './workspace-switch.js';
import { holds, WorkspaceContext } from './workspace.js';

/** The screens of one workspace. A screen closes at once when its permission is taken away. */
export function WorkspaceLayout(): ReactNode {
  const { ws } = useParams({ strict: false });
  const workspace = useMe().data?.workspaces.find(({ id }) => id === ws);
  const permission = useMatches().at(-1)?.staticData.permission;
  const id = workspace?.id;
  useEffect(() => {
    if (id !== undefined) rememberWorkspace(id);
  }, [id]);
  if (workspace === undefined) return <Empty text={words.workspace.unknown} />;
  const isAllowed = permission === undefined || holds(workspace.permissions, permission);
  return (
    <WorkspaceContext.Provider value={workspace}>
      <WorkspaceEvents key={workspace.id} workspaceId={workspace.id}>
        {isAllowed ? <Outlet /> : <NotAllowedScreen permission={permission} />}
      </WorkspaceEvents>
    </WorkspaceContext.Provider>
  );
}
