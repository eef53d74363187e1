import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { answer, api } from '../../api/api.js';
import { useWorkspace } from '../../app/workspace.js';
import { ME } from '../../session/me.js';
import { Button } from '../../ui/button.js';
import { Input } from '../../ui/field.js';
import { ErrorNotice } from '../../ui/notice.js';
import { toast } from '../../ui/toast.js';
import { words } from '../../words/words.js';

/** The name of the workspace, for a user who may change it. */
export function RenameWorkspace(): ReactNode {
  const { id: ws, name } = useWorkspace();
  const queries = useQueryClient();
  const [wanted, setWanted] = useState(name);
  const { workspace: text } = words.settings;
  const rename = useMutation({
    mutationFn: () =>
      answer(api.PATCH('/v1/workspaces/{ws}', { params: { path: { ws } }, body: { name: wanted.trim() } })),
    onSuccess: async (saved) => {
      setWanted(saved.name);
      await queries.invalidateQueries({ queryKey: ME });
      toast(text.renamed);
    },
  });
  return (
    <form
      className="flex max-w-md flex-col gap-1"
      onSubmit={(event) => {
        event.preventDefault();
        rename.mutate();
      }}
    >
      <span className="flex gap-2">
        <Input
          aria-label={text.name}
          required
          maxLength={120}
          value={wanted}
          onChange={({ target }) => setWanted(target.value)}
        />
        <Button type="submit" busy={rename.isPending} disabled={wanted.trim() === '' || wanted.trim() === name}>
          {text.rename}
        </Button>
      </span>
      <ErrorNotice error={rename.error} />
    </form>
  );
}
