import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactNode } from 'react';
import { answer, api } from '../../../api/api.js';
import { useIsAdministrator, useWorkspace } from '../../../app/workspace.js';
import { Button } from '../../../ui/button.js';
import { Dialog } from '../../../ui/dialog.js';
import { Field, Input, Select } from '../../../ui/field.js';
import { ErrorNotice } from '../../../ui/notice.js';
import { toast } from '../../../ui/toast.js';
import { useStep } from '../../../ui/use-step.js';
import { words } from '../../../words/words.js';
import type { Role } from '../people-queries.js';
import { invitationsKey } from './invitation-queries.js';
import { LinkDialog } from './link-dialog.js';
import { RoleOptions } from '../members/role-options.js';

/** Invites a person by mail, or shows the link to pass on where no mail goes. */
export function InviteDialog({
  roles,
  onClose,
}: {
  readonly roles: readonly Role[];
  readonly onClose: () => void;
}): ReactNode {
  const { id: workspaceId, role: ownRole } = useWorkspace();
  const isAdministrator = useIsAdministrator();
  const queries = useQueryClient();
  const [link, setLink] = useState<{ readonly email: string; readonly url: string }>();
  const { busy, error, run } = useStep();
  const { invite, create } = words.people;
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [email, name, role] = ['email', 'name', 'role'].map((field) => String(form.get(field)).trim()) as [
      string,
      string,
      string,
    ];
    await run(async () => {
      const body = { email, ...(name !== '' && { name }), ...(role !== '' && { workspaceId, role }) };
      const { url } = await answer(api.POST('/v1/invitations', { body }));
      await queries.invalidateQueries({ queryKey: invitationsKey(workspaceId) });
      if (url !== undefined) return setLink({ email, url });
      toast(invite.mailed(email));
      onClose();
    });
  };
  if (link !== undefined) {
    return <LinkDialog title={invite.linkTitle(link.email)} text={invite.linkText} url={link.url} onClose={onClose} />;
  }
  return (
    <Dialog open onClose={onClose} title={invite.title} description={invite.hint}>
      <form className="flex flex-col gap-3" onSubmit={(event) => void submit(event)}>
        <Field label={create.email}>
          {(control) => <Input {...control} name="email" type="email" required autoComplete="off" />}
        </Field>
        <Field label={create.name} hint={invite.nameHint}>
          {(control) => <Input {...control} name="name" maxLength={200} autoComplete="off" />}
        </Field>
        <Field label={create.join}>
          {(control) => (
            <Select {...control} name="role" defaultValue="member">
              {isAdministrator && <option value="">{create.joinNot}</option>}
              <RoleOptions roles={roles} byOwner={ownRole === 'owner'} />
            </Select>
          )}
        </Field>
        <ErrorNotice error={error} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{words.dialog.cancel}</Button>
          <Button type="submit" kind="primary" busy={busy}>
            {invite.submit}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
