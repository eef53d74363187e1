import X from 'lucide-react/icons/x';
import type { ReactNode } from 'react';
import { useWorkspace } from '../../../app/workspace.js';
import { IconButton } from '../../../ui/button.js';
import { words } from '../../../words/words.js';
import type { Member } from '../../../queries/members-queries.js';
import { rulesOf, type RolePermissions } from '../people-queries.js';
import { choicesFor } from '../rules/choices.js';
import { orToast, useChanges } from '../use-changes.js';
import { SignMark } from './sign.js';

/** The grants and denials of a member, those for a part of a permission included. */
export function OwnRules({ member, roles }: { readonly member: Member; readonly roles: RolePermissions }): ReactNode {
  const manager = useWorkspace();
  const { changeMember, pendingUser } = useChanges();
  const { detail, receipt } = words.people;
  const rules = [
    ...member.deny.map((rule) => ({ kind: 'deny', rule }) as const),
    ...member.grant.map((rule) => ({ kind: 'grant', rule }) as const),
  ];
  if (rules.length === 0) return <p className="px-3 pb-2 text-sm text-muted">{detail.noRules}</p>;
  const remove = async (kind: 'deny' | 'grant', rule: string): Promise<void> => {
    const { userId, role, grant, deny, name } = member;
    const without = (list: readonly string[]): string[] => list.filter((one) => one !== rule);
    const after = kind === 'grant' ? { grant: without(grant), deny } : { grant, deny: without(deny) };
    await changeMember({ userId, rules: { role, ...after }, done: receipt.asRole(rule, name) });
  };
  return (
    <ul className="px-3 pb-1">
      {rules.map(({ kind, rule }) => (
        <li key={`${kind} ${rule}`} className="flex min-h-8 items-center gap-2 text-sm">
          <SignMark sign={kind} />
          {kind === 'grant' ? detail.grantRule : detail.denyRule}
          <span className="min-w-0 font-mono text-xs break-all">{rule}</span>
          {choicesFor(manager, rulesOf(member, roles), rule).includes('role') && (
            <span className="ml-auto">
              <IconButton
                label={detail.removeRule(rule)}
                disabled={pendingUser === member.userId}
                onClick={() => orToast(remove(kind, rule))}
              >
                <X className="size-4" aria-hidden="true" />
              </IconButton>
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
