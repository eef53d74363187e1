import { Link } from '@tanstack/react-router';
import type { ComponentProps, ReactNode } from 'react';
import { useWorkspace } from '../../app/workspace.js';

/** A link within the workspace to an address that is computed. */
export function Goto({
  to,
  params,
  search,
  ...rest
}: Omit<ComponentProps<'a'>, 'href'> & {
  readonly to: string;
  readonly params?: Readonly<Record<string, string>> | undefined;
  readonly search?: Readonly<Record<string, string>> | undefined;
}): ReactNode {
  const { id: ws } = useWorkspace();
  return <Link {...rest} to={to as never} params={{ ws, ...params } as never} search={search as never} />;
}
