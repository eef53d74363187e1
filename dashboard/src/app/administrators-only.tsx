import { useQueryClient } from '@tanstack/react-query';
import { useEffect, type ReactNode } from 'react';
import { problemOf } from '../api/problem.js';
import { ME } from '../session/me.js';
import { Empty } from '../ui/notice.js';
import { Page } from '../ui/page.js';
import { words } from '../words/words.js';
import { useIsAdministrator } from './workspace.js';

/** Shows a screen to administrators of the installation, and to other users why it is closed. */
export function AdministratorsOnly({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ReactNode;
}): ReactNode {
  if (useIsAdministrator()) return children;
  return (
    <Page title={title}>
      <Empty text={words.system.administrators} />
    </Page>
  );
}

/** Loads the user again when a call is refused, so that the screen closes after the loss of the right. */
export function useFollowRefusal(error: unknown): void {
  const queries = useQueryClient();
  const isRefused = error !== null && error !== undefined && problemOf(error).code === 'auth.admin-required';
  useEffect(() => {
    if (isRefused) void queries.invalidateQueries({ queryKey: ME });
  }, [isRefused, queries]);
}
