import X from 'lucide-react/icons/x';
import type { ReactNode } from 'react';
import { useWorkspace } from '../../../app/workspace.js';
import { IconButton } from '../../../ui/button.js';
import { words } from '../../../words/words.js';
import type { Member } from '../../../queries/members-queries.js';
import { rulesOf, type RolePermissions } from '../people-queries.js';
import { choicesFor } from '../rules/choices.js';
import { ErrorNotice } from '../../../ui/notice.js';
import { previewMember } from '../preview.js';
import { useChanges } from '../use-changes.js';
import { usePreviewedChange } from '../use-previewed-change.js';
import { ClosingNotice } from './closing-notice.js';
import { SignMark } from './sign.js';

/** The grants and denials of a member, those for a part of a permission included. */
export function OwnRules({ member, roles }: { readonly member: Member; readonly roles: RolePermissions }): ReactNode {
  const manager = useWorkspace();
  const { changeMember } = useChanges();
  const change = usePreviewedChange();
  const { detail, receipt } = words.people;
  const rules = [
    ...member.deny.map((rule) => ({ kind: 'deny', rule }) as const),
    ...member.grant.map((rule) => ({ kind: 'grant', rule }) as const),
  ];
  if (rules.length === 0) return <p className="px-3 pb-2 text-sm text-muted">{detail.noRules}</p>;
  const remove = (kind: 'deny' | 'grant', rule: string): void => {
    const { userId, role, grant, deny, name } = member;
    const without = (list: readonly string[]): string[] => list.filter((one) => one !== rule);
    const after = kind === 'grant' ? { grant: without(grant), deny } : { grant, deny: without(deny) };
    const changed = { userId, rules: { role, ...after }, done: receipt.asRole(rule, name) };
    void change.start(previewMember(manager.id, changed), () => changeMember(changed));
  };
  return (
    <>
      <ul className="px-3 pb-1">
        {rules.map(({ kind, rule }) => (
          <li key={`${kind} ${rule}`} className="flex min-h-8 items-center gap-2 text-sm">
            <SignMark sign={kind} />
            {kind === 'grant' ? detail.grantRule : detail.denyRule}
            <span className="min-w-0 font-mono text-xs break-all">{rule}</span>
            {choicesFor(manager, rulesOf(member, roles), rule).includes('role') && (
              <span className="ml-auto">
                <IconButton label={detail.removeRule(rule)} disabled={change.busy} onClick={() => remove(kind, rule)}>
                  <X className="size-4" aria-hidden="true" />
                </IconButton>
              </span>
            )}
          </li>
        ))}
      </ul>
      <div className="px-3 pb-1">
        <ClosingNotice change={change} />
        <ErrorNotice error={change.error} />
      </div>
    </>
  );
}
