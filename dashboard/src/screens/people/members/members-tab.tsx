import { useState, type ReactNode } from 'react';
import { useIsAdministrator, useMay } from '../../../app/workspace.js';
import { Button } from '../../../ui/button.js';
import { classes } from '../../../ui/classes.js';
import { Empty, Loaded } from '../../../ui/notice.js';
import { useMedia } from '../../../ui/use-media.js';
import { words } from '../../../words/words.js';
import { useMembers, type Member } from '../../../queries/members-queries.js';
import { InviteDialog } from '../invitations/invite-dialog.js';
import { rolePermissionsOf, useRoles, type Role } from '../people-queries.js';
import { usePeopleSearch } from '../use-people-search.js';
import { AddMemberDialog } from './add-member-dialog.js';
import { ChoicePopover } from './choice-popover.js';
import { CreateUserDialog } from './create-user-dialog.js';
import { FindMember } from './find-member.js';
import { MemberDetail } from './member-detail.js';
import { MemberList } from './member-list.js';
import { PermissionMatrix } from './permission-matrix.js';
import { QuestionBox } from './question-box.js';
import { ReasonTooltip } from './reason-tooltip.js';
import { ReceiptLine } from './receipt-line.js';
import { Legend } from './sign.js';

/** The members with all their permissions: as a matrix, on narrow screens as a list. */
export function MembersTab(): ReactNode {
  const members = useMembers();
  const roles = useRoles();
  const query = {
    data: members.data && roles.data && { members: members.data, roles: roles.data },
    error: members.error ?? roles.error,
    refetch: () => Promise.all([members.refetch(), roles.refetch()]),
  };
  return <Loaded query={query}>{(data) => <Members {...data} />}</Loaded>;
}

function Members({
  members,
  roles,
}: {
  readonly members: readonly Member[];
  readonly roles: readonly Role[];
}): ReactNode {
  const [{ member: openId, find = '' }, change] = usePeopleSearch();
  const [dialog, setDialog] = useState<'add' | 'create' | 'invite'>();
  const isWide = useMedia('(min-width: 640px)');
  const mayManage = useMay('members:manage');
  const isAdministrator = useIsAdministrator();
  const permissions = rolePermissionsOf(roles);
  const text = words.people;
  const wanted = find.trim().toLowerCase();
  const shown = members.filter(({ name, email }) => `${name} ${email}`.toLowerCase().includes(wanted));
  const detail = openId !== undefined && (
    <MemberDetail
      key={openId}
      userId={openId}
      members={members}
      roles={permissions}
      onClose={() => change({ member: undefined })}
    />
  );
  const isPage = !isWide && openId !== undefined;
  return (
    <div className="flex flex-col gap-3 pt-3">
      {!isPage && (
        <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
          <QuestionBox members={members} roles={permissions} />
          <span className="ml-auto flex flex-wrap gap-2">
            {members.length > 1 && <FindMember find={find} />}
            {mayManage && <Button onClick={() => setDialog('invite')}>{text.invite.open}</Button>}
            {isAdministrator && <Button onClick={() => setDialog('create')}>{text.create.open}</Button>}
            {mayManage && (
              <Button kind="primary" onClick={() => setDialog('add')}>
                {text.add.open}
              </Button>
            )}
          </span>
        </div>
      )}
      <ReceiptLine />
      {isWide ? (
        <div
          className={classes(
            'grid min-w-0 items-start gap-3',
            openId !== undefined && 'lg:grid-cols-[minmax(0,1fr)_22rem]',
          )}
        >
          <div className="flex min-w-0 flex-col gap-2">
            <PermissionMatrix members={shown} roles={permissions} activeId={openId} />
            <Legend />
          </div>
          {detail}
        </div>
      ) : (
        detail || <MemberList members={shown} roles={permissions} />
      )}
      {shown.length === 0 && <Empty text={text.matrix.nothing} />}
      {members.length === 1 && mayManage && <Empty text={text.empty.members} />}
      <ChoicePopover />
      <ReasonTooltip />
      {dialog === 'add' && <AddMemberDialog members={members} roles={roles} onClose={() => setDialog(undefined)} />}
      {dialog === 'invite' && <InviteDialog roles={roles} onClose={() => setDialog(undefined)} />}
      {dialog === 'create' && <CreateUserDialog roles={roles} onClose={() => setDialog(undefined)} />}
    </div>
  );
}
