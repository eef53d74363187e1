import { useState, type ReactNode } from 'react';
import { useWorkspace } from '../../../app/workspace.js';
import { Button } from '../../../ui/button.js';
import { Select } from '../../../ui/field.js';
import { words } from '../../../words/words.js';
import type { Member } from '../../../queries/members-queries.js';
import { allPermissions, rulesOf, type RolePermissions } from '../people-queries.js';
import { explain } from '../rules/explain.js';
import { ErrorNotice } from '../../../ui/notice.js';
import { previewMember } from '../preview.js';
import { useChanges } from '../use-changes.js';
import { usePreviewedChange } from '../use-previewed-change.js';
import { ClosingNotice } from './closing-notice.js';

/** The role of a member; before a change it says which permissions come and go. */
export function MemberRole({
  member,
  roles,
  isManageable,
}: {
  readonly member: Member;
  readonly roles: RolePermissions;
  readonly isManageable: boolean;
}): ReactNode {
  const manager = useWorkspace();
  const { changeMember } = useChanges();
  const change = usePreviewedChange();
  const [wanted, setWanted] = useState<string>();
  const { detail, receipt } = words.people;
  if (!isManageable) return member.role;
  const role = wanted ?? member.role;
  const offered = [...roles.keys()].filter((name) => name !== 'owner' || manager.role === 'owner');
  const has = (name: string) => (permission: string) =>
    explain(rulesOf({ ...member, role: name }, roles), permission).verdict !== 'no';
  const all = allPermissions(roles);
  const gains = all.filter((permission) => has(role)(permission) && !has(member.role)(permission));
  const loses = all.filter((permission) => !has(role)(permission) && has(member.role)(permission));
  const apply = (): void => {
    const { userId, name, grant, deny } = member;
    const changed = { userId, rules: { role, grant, deny }, done: receipt.role(name, role) };
    void change.start(previewMember(manager.id, changed), async () => {
      await changeMember(changed);
      setWanted(undefined);
    });
  };
  return (
    <div className="flex flex-col gap-1">
      <Select
        aria-label={detail.role}
        value={role}
        onChange={({ target }) => {
          change.cancel();
          setWanted(target.value);
        }}
      >
        {offered.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </Select>
      {role !== member.role && (
        <>
          <p className="text-xs">
            {gains.length > 0 && <span className="block">{detail.gains(gains.join(', '))}</span>}
            {loses.length > 0 && <span className="block">{detail.loses(loses.join(', '))}</span>}
            {gains.length + loses.length === 0 && detail.same}
          </p>
          <Button size="small" kind="primary" busy={change.busy} onClick={apply} className="self-start">
            {detail.changeRole}
          </Button>
          <ClosingNotice change={change} />
          <ErrorNotice error={change.error} />
        </>
      )}
    </div>
  );
}
