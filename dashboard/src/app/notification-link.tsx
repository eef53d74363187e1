import { Navigate, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { FirstWorkspace } from './first-workspace.js';
import { useHomeWorkspace } from './workspace-switch.js';

/** Opens an address of a mail that names its workspace, e.g. `/workspaces/<id>/sources/<id>`. */
export function WorkspaceLink(): ReactNode {
  const { ws = '', _splat = '' } = useParams({ strict: false });
  return <Navigate to={`/w/${ws}/${_splat}` as never} replace />;
}

/** Opens an address of a mail that names no workspace, such as `/tasks/<id>`, in the workspace that was shown last. */
function PersonalLink({ to, search = {} }: { readonly to: string; readonly search?: object }): ReactNode {
  const ws = useHomeWorkspace();
  if (ws === undefined) return <FirstWorkspace />;
  return <Navigate to={to as never} params={{ ws } as never} search={search as never} replace />;
}

export function TaskLink(): ReactNode {
  const { task } = useParams({ strict: false });
  return <PersonalLink to="/w/$ws/tasks" search={{ task }} />;
}

export const StatusLink = (): ReactNode => <PersonalLink to="/w/$ws/status" />;

export const PreferencesLink = (): ReactNode => (
  <PersonalLink to="/w/$ws/notifications" search={{ view: 'preferences' }} />
);
