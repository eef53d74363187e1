import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { answer, api } from '../api/api.js';
import { ME } from '../session/me.js';
import { DeletedWorkspacesPanel } from './deleted-workspaces-panel.js';
import { Button } from '../ui/button.js';
import { Field, Input } from '../ui/field.js';
import { ErrorNotice } from '../ui/notice.js';
import { Page } from '../ui/page.js';
import { words } from '../words/words.js';

/** For a user without a workspace. */
export function FirstWorkspace(): ReactNode {
  const [name, setName] = useState('');
  const queries = useQueryClient();
  const navigate = useNavigate();
  const create = useMutation({
    mutationFn: () => answer(api.POST('/v1/workspaces', { body: { name } })),
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: ME });
      await navigate({ to: '/w/$ws/overview', params: { ws: id } });
    },
  });
  const { workspace } = words;
  return (
    <Page title={workspace.none}>
      <p className="text-muted">{workspace.noneHint}</p>
      <form
        className="flex max-w-sm flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate();
        }}
      >
        <Field label={workspace.name}>
          {(control) => <Input {...control} required value={name} onChange={({ target }) => setName(target.value)} />}
        </Field>
        <ErrorNotice error={create.error} />
        <Button type="submit" kind="primary" busy={create.isPending}>
          {workspace.create}
        </Button>
      </form>
      <DeletedWorkspacesPanel className="max-w-2xl" />
    </Page>
  );
}
