import type { ReactNode } from 'react';
import { useWorkspace } from '../../app/workspace.js';
import { useMe } from '../../session/me.js';
import { CopyId } from '../../ui/copy.js';
import { Facts, Panel } from '../../ui/page.js';
import { words } from '../../words/words.js';

/** The signed-in user and their rights in the workspace, which follow changes live. */
export function YouPanel(): ReactNode {
  const workspace = useWorkspace();
  const user = useMe().data?.user;
  const { account } = words;
  if (user === undefined) return null;
  return (
    <Panel title={account.you}>
      <Facts
        facts={[
          [account.name, user.name],
          [account.email, user.email],
          [account.id, <CopyId key="id" id={user.id} what={account.id} whole />],
          [account.installation, user.isAdmin ? account.administrator : account.noAdministrator],
          [account.role(workspace.name), workspace.role],
          [
            account.permissions(workspace.name),
            workspace.permissions.length === 0 ? (
              account.noPermissions
            ) : (
              <ul key="permissions" className="flex flex-wrap gap-x-3 font-mono text-xs leading-5">
                {workspace.permissions.map((permission) => (
                  <li key={permission}>{permission}</li>
                ))}
              </ul>
            ),
          ],
        ]}
      />
    </Panel>
  );
}
