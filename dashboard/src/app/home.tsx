import { Navigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { FirstWorkspace } from './first-workspace.js';
import { useHomeWorkspace } from './workspace-switch.js';

/** Goes to the workspace that this browser showed last, or to the first one. */
export function Home(): ReactNode {
  const ws = useHomeWorkspace();
  if (ws === undefined) return <FirstWorkspace />;
  return <Navigate to="/w/$ws/overview" params={{ ws }} replace />;
}
