import { useState, type ReactNode } from 'react';
import { useIsAdministrator, useWorkspace } from '../../../app/workspace.js';
import { Button } from '../../../ui/button.js';
import { Dialog } from '../../../ui/dialog.js';
import { Field, Input, Select } from '../../../ui/field.js';
import { ErrorNotice } from '../../../ui/notice.js';
import { words } from '../../../words/words.js';
import type { Member } from '../../../queries/members-queries.js';
import type { Role } from '../people-queries.js';
import { useChanges } from '../use-changes.js';
import { UserSearch } from './user-search.js';
import { useStep } from '../../../ui/use-step.js';
import { RoleOptions } from './role-options.js';

/** Adds a user: administrators search by name, everybody else gives the id. */
export function AddMemberDialog({
  members,
  roles,
  onClose,
}: {
  readonly members: readonly Member[];
  readonly roles: readonly Role[];
  readonly onClose: () => void;
}): ReactNode {
  const manager = useWorkspace();
  const isAdministrator = useIsAdministrator();
  const { changeMember } = useChanges();
  const [user, setUser] = useState<{ readonly id: string; readonly name: string }>();
  const [role, setRole] = useState('member');
  const { busy, error, run } = useStep();
  const { add, receipt } = words.people;
  const submit = async (): Promise<void> => {
    if (user === undefined) return;
    await run(async () => {
      await changeMember({
        userId: user.id,
        rules: { role, grant: [], deny: [] },
        done: receipt.added(user.name, role),
      });
      onClose();
    });
  };
  return (
    <Dialog open onClose={onClose} title={add.title}>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        {isAdministrator ? (
          <UserSearch members={members} chosen={user?.id} onChoose={setUser} />
        ) : (
          <Field label={add.userId} hint={add.userIdHint}>
            {(control) => (
              <Input
                {...control}
                required
                autoComplete="off"
                className="font-mono"
                onChange={({ target }) => {
                  const id = target.value.trim();
                  setUser(id === '' ? undefined : { id, name: id });
                }}
              />
            )}
          </Field>
        )}
        <Field label={add.role}>
          {(control) => (
            <Select {...control} value={role} onChange={({ target }) => setRole(target.value)}>
              <RoleOptions roles={roles} byOwner={manager.role === 'owner'} />
            </Select>
          )}
        </Field>
        <ErrorNotice error={error} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{words.dialog.cancel}</Button>
          <Button type="submit" kind="primary" busy={busy} disabled={user === undefined}>
            {add.submit}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
