import { useNavigate, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useMe } from '../session/me.js';
import { Select } from '../ui/field.js';
import { words } from '../words/words.js';

const LAST = 'tidings.workspace';

/** The workspace that this browser showed last. */
const lastWorkspace = (): string | null => localStorage.getItem(LAST);
export const rememberWorkspace = (id: string): void => localStorage.setItem(LAST, id);

/** The id of the workspace that this browser showed last, or of the first one; undefined for a user without any. */
export function useHomeWorkspace(): string | undefined {
  const workspaces = useMe().data?.workspaces ?? [];
  const last = lastWorkspace();
  return (workspaces.find(({ id }) => id === last) ?? workspaces[0])?.id;
}

export function WorkspaceSwitch(): ReactNode {
  const { ws } = useParams({ strict: false });
  const me = useMe().data;
  const navigate = useNavigate();
  if (me === undefined || me.workspaces.length === 0) return null;
  return (
    <Select
      aria-label={words.workspace.label}
      value={ws ?? ''}
      onChange={({ target }) => void navigate({ to: '/w/$ws/overview', params: { ws: target.value } } as never)}
      className="max-w-40 sm:max-w-56"
    >
      {me.workspaces.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </Select>
  );
}
