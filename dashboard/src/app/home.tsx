import { Navigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useMe } from '../session/me.js';
import { FirstWorkspace } from './first-workspace.js';
import { lastWorkspace } from './workspace-switch.js';

/** Goes to the workspace that this browser showed last, or to the first one. */
export function Home(): ReactNode {
  const workspaces = useMe().data?.workspaces ?? [];
  const last = lastWorkspace();
  const workspace = workspaces.find(({ id }) => id === last) ?? workspaces[0];
  if (workspace === undefined) return <FirstWorkspace />;
  return <Navigate to="/w/$ws/overview" params={{ ws: workspace.id }} replace />;
}
