import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type FormEvent, type ReactNode } from 'react';
import { answer, api } from '../../api/api.js';
import { DELETED_WORKSPACES, restoreWorkspace } from '../../app/deleted-workspaces-queries.js';
import { useWorkspace } from '../../app/workspace.js';
import { ME } from '../../session/me.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { Field, Input } from '../../ui/field.js';
import { ErrorNotice } from '../../ui/notice.js';
import { toast, toastProblem } from '../../ui/toast.js';
import { useStep } from '../../ui/use-step.js';
import { words } from '../../words/words.js';

/** Asks for the name of the workspace before its deletion. */
export function DeleteWorkspaceDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { id: ws, name } = useWorkspace();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const { busy, error, run } = useStep();
  const { owner: text } = words.settings;
  const restore = async (): Promise<void> => {
    await restoreWorkspace(queries, ws);
    await navigate({ to: '/w/$ws/settings', params: { ws } });
  };
  const undo = (): void => void restore().catch(toastProblem);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    await run(async () => {
      await answer(api.DELETE('/v1/workspaces/{ws}', { params: { path: { ws }, query: { confirm: typed } } }));
      toast(text.deleted(name), { description: text.deletedHint, undo: { label: text.undo, run: undo } });
      await queries.invalidateQueries({ queryKey: DELETED_WORKSPACES });
      await queries.invalidateQueries({ queryKey: ME });
      await navigate({ to: '/' });
    });
  };
  return (
    <Dialog open onClose={onClose} title={text.deleteTitle(name)} description={text.deleteText}>
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-3">
        <Field label={text.typeName(name)}>
          {(control) => (
            <Input
              {...control}
              required
              autoComplete="off"
              spellCheck={false}
              value={typed}
              onChange={({ target }) => setTyped(target.value)}
            />
          )}
        </Field>
        <ErrorNotice error={error} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{words.dialog.cancel}</Button>
          <Button type="submit" kind="danger" busy={busy} disabled={typed !== name}>
            {text.delete}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
