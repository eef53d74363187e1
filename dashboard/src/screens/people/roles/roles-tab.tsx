import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useMay } from '../../../app/workspace.js';
import { buttonClass } from '../../../ui/button.js';
import { classes } from '../../../ui/classes.js';
import { Empty, Loaded } from '../../../ui/notice.js';
import { words } from '../../../words/words.js';
import { ReceiptLine } from '../members/receipt-line.js';
import { useMembers, type Member } from '../../../queries/members-queries.js';
import { useRoles, type Role } from '../people-queries.js';
import { usePeopleSearch } from '../use-people-search.js';
import { RoleEditor } from './role-editor.js';

/** The address of a role; `+` stands for a new one. */
const searchOf = (role: string) => ((before: object) => ({ ...before, role, base: undefined })) as never;

/** The built-in and the custom roles, and the permissions of one of them. */
export function RolesTab(): ReactNode {
  const members = useMembers();
  const roles = useRoles();
  const query = {
    data: members.data && roles.data && { members: members.data, roles: roles.data },
    error: members.error ?? roles.error,
    refetch: () => Promise.all([members.refetch(), roles.refetch()]),
  };
  return (
    <div className="flex flex-col gap-3 pt-3">
      <ReceiptLine />
      <Loaded query={query}>{(data) => <Roles {...data} />}</Loaded>
    </div>
  );
}

function Roles({
  members,
  roles,
}: {
  readonly members: readonly Member[];
  readonly roles: readonly Role[];
}): ReactNode {
  const [{ role: openName, base }] = usePeopleSearch();
  const mayManage = useMay('members:manage');
  const text = words.people.roles;
  const holdersOf = (name: string): number => members.filter(({ role }) => role === name).length;
  const isNew = openName === '+' && mayManage;
  const open = roles.find(({ name }) => name === openName);
  return (
    <div className="grid items-start gap-3 md:grid-cols-[16rem_minmax(0,1fr)]">
      <nav aria-label={text.list} className="flex flex-col rounded border border-line bg-surface py-1">
        {roles.map(({ name, builtIn }) => (
          <Link
            key={name}
            to="."
            search={searchOf(name)}
            resetScroll={false}
            aria-current={name === openName || undefined}
            className={classes(
              'flex min-h-8 items-center gap-2 px-3 hover:bg-hover',
              name === openName && 'bg-accent-soft text-accent',
            )}
          >
            <span className="min-w-0 truncate font-medium">{name}</span>
            <span className="text-xs text-muted">{builtIn ? text.builtIn : text.custom}</span>
            <span className="ml-auto text-xs whitespace-nowrap text-muted">{text.members(holdersOf(name))}</span>
          </Link>
        ))}
        {mayManage && (
          <Link
            to="."
            search={searchOf('+')}
            resetScroll={false}
            className={classes(buttonClass('primary'), 'mx-3 mt-2 mb-1')}
          >
            {text.create}
          </Link>
        )}
      </nav>
      {isNew ? (
        <RoleEditor key={`+${base ?? ''}`} role={undefined} base={base} roles={roles} holders={0} />
      ) : open === undefined ? (
        <Empty text={text.pick} />
      ) : (
        <RoleEditor
          key={`${open.name} ${open.permissions.join(' ')}`}
          role={open}
          roles={roles}
          base={undefined}
          holders={holdersOf(open.name)}
        />
      )}
    </div>
  );
}
