import type { ReactNode } from 'react';
import { useMay, useWorkspace } from '../../app/workspace.js';
import { CopyId } from '../../ui/copy.js';
import { Facts, Panel } from '../../ui/page.js';
import { words } from '../../words/words.js';
import { RenameWorkspace } from './rename-workspace.js';

/** The name and the id of the workspace, and what the signed-in user may do in it. */
export function WorkspacePanel(): ReactNode {
  const { id, name, role, permissions } = useWorkspace();
  const mayRename = useMay('members:manage');
  const { workspace: text } = words.settings;
  return (
    <Panel title={text.heading}>
      <Facts
        facts={[
          [text.name, mayRename ? <RenameWorkspace /> : name],
          [text.id, <CopyId id={id} what={text.id} whole />],
          [text.role, role],
          [
            text.permissions,
            <ul className="flex flex-wrap gap-1">
              {permissions.map((permission) => (
                <li key={permission} className="rounded bg-hover px-1.5 font-mono text-xs">
                  {permission}
                </li>
              ))}
            </ul>,
          ],
        ]}
      />
    </Panel>
  );
}
