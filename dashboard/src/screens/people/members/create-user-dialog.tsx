import { useQueryClient } from '@tanstack/react-query';
import type { FormEvent, ReactNode } from 'react';
import { answer, api } from '../../../api/api.js';
import { useMay } from '../../../app/workspace.js';
import { Button } from '../../../ui/button.js';
import { Dialog } from '../../../ui/dialog.js';
import { Checkbox, Field, Input, Select } from '../../../ui/field.js';
import { ErrorNotice } from '../../../ui/notice.js';
import { toast } from '../../../ui/toast.js';
import { words } from '../../../words/words.js';
import { ACCOUNTS, type Role } from '../people-queries.js';
import { useChanges } from '../use-changes.js';
import { useStep } from '../../../ui/use-step.js';
import { RoleOptions } from './role-options.js';

/** For administrators: a user with a first password, and at once a member if wanted. */
export function CreateUserDialog({
  roles,
  onClose,
}: {
  readonly roles: readonly Role[];
  readonly onClose: () => void;
}): ReactNode {
  const queries = useQueryClient();
  const mayManage = useMay('members:manage');
  const { changeMember } = useChanges();
  const { busy, error, run } = useStep();
  const { create, receipt } = words.people;
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [name, email] = [String(form.get('name')).trim(), String(form.get('email'))];
    const role = String(form.get('role') ?? '');
    await run(async () => {
      const mustChangePassword = form.get('must-change') !== null;
      const password = String(form.get('password'));
      const body = { email, password, mustChangePassword, ...(name !== '' && { name }) };
      const user = await answer(api.POST('/v1/users', { body }));
      await queries.invalidateQueries({ queryKey: ACCOUNTS });
      const done = receipt.added(user.name, role);
      if (role === '') toast(create.created(user.name));
      else await changeMember({ userId: user.id, rules: { role, grant: [], deny: [] }, done });
      onClose();
    });
  };
  return (
    <Dialog open onClose={onClose} title={create.title} description={create.hint}>
      <form method="post" className="flex flex-col gap-3" onSubmit={(event) => void submit(event)}>
        <Field label={create.name}>
          {(control) => <Input {...control} name="name" maxLength={200} autoComplete="off" />}
        </Field>
        <Field label={create.email}>
          {(control) => <Input {...control} name="email" type="email" required autoComplete="off" />}
        </Field>
        <Field label={create.password} hint={create.passwordHint}>
          {(control) => (
            <Input {...control} name="password" type="password" required minLength={12} autoComplete="new-password" />
          )}
        </Field>
        <Checkbox name="must-change" defaultChecked label={create.mustChange} />
        {mayManage && (
          <Field label={create.join}>
            {(control) => (
              <Select {...control} name="role" defaultValue="member">
                <option value="">{create.joinNot}</option>
                <RoleOptions roles={roles} byOwner={false} />
              </Select>
            )}
          </Field>
        )}
        <ErrorNotice error={error} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{words.dialog.cancel}</Button>
          <Button type="submit" kind="primary" busy={busy}>
            {create.submit}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
