import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { words } from '../../../words/words.js';
import type { Member } from '../../../queries/members-queries.js';
import { allPermissions, rulesOf, type RolePermissions } from '../people-queries.js';
import { explain } from '../rules/explain.js';

/** The members for narrow screens; each opens its detail as a page. */
export function MemberList({
  members,
  roles,
}: {
  readonly members: readonly Member[];
  readonly roles: RolePermissions;
}): ReactNode {
  const all = allPermissions(roles);
  return (
    <ul aria-label={words.people.tabs.members} className="divide-y divide-line rounded border border-line bg-surface">
      {members.map((member) => {
        const rules = rulesOf(member, roles);
        const allowed = all.filter((permission) => explain(rules, permission).verdict !== 'no').length;
        return (
          <li key={member.userId}>
            <Link
              to="."
              search={((before: object) => ({ ...before, member: member.userId })) as never}
              className="flex flex-col px-3 py-2 hover:bg-hover"
            >
              <span className="flex gap-2">
                <span className="min-w-0 truncate font-medium">{member.name}</span>
                <span className="ml-auto text-sm text-muted">{member.role}</span>
              </span>
              <span className="truncate text-sm text-muted">
                {words.people.matrix.permissions(allowed, all.length)}
              </span>
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
