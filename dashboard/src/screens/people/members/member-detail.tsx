import X from 'lucide-react/icons/x';
import { useState, type ReactNode } from 'react';
import { useIsAdministrator, useWorkspace } from '../../../app/workspace.js';
import { Button, IconButton } from '../../../ui/button.js';
import { CopyId } from '../../../ui/copy.js';
import { ConfirmDialog } from '../../../ui/dialog.js';
import { Empty } from '../../../ui/notice.js';
import { Facts, Panel } from '../../../ui/page.js';
import { words } from '../../../words/words.js';
import type { Member } from '../../../queries/members-queries.js';
import { allPermissions, rulesOf, type RolePermissions } from '../people-queries.js';
import { choiceOf, choicesFor, mayManage } from '../rules/choices.js';
import { explain } from '../rules/explain.js';
import { useChanges } from '../use-changes.js';
import { ClosingText } from './closing-notice.js';
import { MatrixCell } from './matrix-cell.js';
import { MemberRole } from './member-role.js';
import { MemberSessions } from './member-sessions.js';
import { OwnRules } from './own-rules.js';
import { ResetPassword } from './reset-password.js';

/** One member: role, own rules, and each permission with its reason in words. */
export function MemberDetail({
  userId,
  members,
  roles,
  onClose,
}: {
  readonly userId: string;
  readonly members: readonly Member[];
  readonly roles: RolePermissions;
  readonly onClose: () => void;
}): ReactNode {
  const manager = useWorkspace();
  const isAdministrator = useIsAdministrator();
  const { changeMember } = useChanges();
  const [asks, setAsks] = useState(false);
  const { detail, receipt } = words.people;
  const member = members.find((one) => one.userId === userId);
  const close = (
    <IconButton label={detail.close} onClick={onClose}>
      <X className="size-4" aria-hidden="true" />
    </IconButton>
  );
  if (member === undefined) {
    return (
      <Panel title={detail.id} actions={close}>
        <Empty text={detail.none} />
      </Panel>
    );
  }
  const rules = rulesOf(member, roles);
  const isManageable = mayManage(manager, member.role);
  return (
    <Panel title={member.name} actions={close}>
      <Facts
        facts={[
          [detail.email, <span className="break-all">{member.email}</span>],
          [detail.id, <CopyId id={member.userId} what={detail.id} />],
          [detail.role, <MemberRole member={member} roles={roles} isManageable={isManageable} />],
        ]}
      />
      <h3 className="border-t border-line px-3 pt-2">{detail.rules}</h3>
      <OwnRules member={member} roles={roles} />
      <h3 className="border-t border-line px-3 pt-2">{detail.permissions}</h3>
      <ul className="flex flex-col px-3 pb-2">
        {allPermissions(roles).map((permission) => (
          <li
            key={permission}
            className="grid grid-cols-[9.5rem_minmax(0,1fr)] items-center gap-1 border-b border-line last:border-b-0"
          >
            <span className="font-mono text-xs break-all">{permission}</span>
            <MatrixCell
              wide
              cell={{ userId, permission }}
              explanation={explain(rules, permission)}
              isChangeable={choicesFor(manager, rules, permission).some(
                (choice) => choice !== choiceOf(member, permission),
              )}
            />
          </li>
        ))}
      </ul>
      {isAdministrator && <MemberSessions userId={userId} name={member.name} />}
      {(isManageable || isAdministrator) && (
        <div className="flex flex-wrap gap-2 border-t border-line p-3">
          {isAdministrator && <ResetPassword member={member} />}
          {isManageable && (
            <Button kind="danger" onClick={() => setAsks(true)}>
              {detail.remove}
            </Button>
          )}
        </div>
      )}
      <ConfirmDialog
        open={asks}
        onClose={() => setAsks(false)}
        title={detail.removeTitle(member.name)}
        description={detail.removeText(member.permissions.length)}
        action={detail.remove}
        onConfirm={async () => {
          await changeMember({ userId, rules: undefined, done: receipt.removed(member.name) });
          onClose();
        }}
      >
        {asks && <ClosingText of={{ userId, rules: undefined }} />}
      </ConfirmDialog>
    </Panel>
  );
}
