import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactNode } from 'react';
import { answer, api } from '../../api/api.js';
import { useWorkspace } from '../../app/workspace.js';
import { membersKey, useMembers } from '../../queries/members-queries.js';
import { ME, useMe } from '../../session/me.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { Field, Select } from '../../ui/field.js';
import { ErrorNotice, Loaded } from '../../ui/notice.js';
import { toast } from '../../ui/toast.js';
import { useStep } from '../../ui/use-step.js';
import { words } from '../../words/words.js';

/** Makes another member the owner. */
export function TransferDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { id: ws, name } = useWorkspace();
  const ownId = useMe().data?.user.id;
  const queries = useQueryClient();
  const members = useMembers();
  const [userId, setUserId] = useState('');
  const { busy, error, run } = useStep();
  const { owner: text } = words.settings;
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    await run(async () => {
      await answer(api.POST('/v1/workspaces/{ws}/transfer', { params: { path: { ws } }, body: { userId } }));
      toast(text.transferred(members.data?.find((member) => member.userId === userId)?.name ?? ''));
      onClose();
      await queries.invalidateQueries({ queryKey: membersKey(ws) });
      await queries.invalidateQueries({ queryKey: ME });
    });
  };
  return (
    <Dialog open onClose={onClose} title={text.transferTitle(name)} description={text.transferText}>
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-3">
        <Loaded query={members} rows={1}>
          {(all) => (
            <Field label={text.newOwner} hint={all.length < 2 ? text.noOther : undefined}>
              {(control) => (
                <Select {...control} required value={userId} onChange={({ target }) => setUserId(target.value)}>
                  <option value="">{text.choose}</option>
                  {all
                    .filter((member) => member.userId !== ownId)
                    .map((member) => (
                      <option key={member.userId} value={member.userId}>
                        {text.member(member.name, member.role)}
                      </option>
                    ))}
                </Select>
              )}
            </Field>
          )}
        </Loaded>
        <ErrorNotice error={error} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{words.dialog.cancel}</Button>
          <Button type="submit" kind="danger" busy={busy} disabled={userId === ''}>
            {text.transfer}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
