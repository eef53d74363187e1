import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Button } from '../ui/button.js';
import { Moment } from '../ui/moment.js';
import { ErrorNotice } from '../ui/notice.js';
import { Panel } from '../ui/page.js';
import { PlainTable } from '../ui/plain-table.js';
import { toast } from '../ui/toast.js';
import { words } from '../words/words.js';
import { restoreWorkspace, useDeletedWorkspaces, type DeletedWorkspace } from './deleted-workspaces-queries.js';

/** The workspaces that the user has deleted and can restore; nothing when there is none. */
export function DeletedWorkspacesPanel({ className }: { readonly className?: string }): ReactNode {
  const queries = useQueryClient();
  const workspaces = useDeletedWorkspaces().data ?? [];
  const { deleted: text } = words.workspace;
  const restore = useMutation({
    mutationFn: ({ id }: DeletedWorkspace) => restoreWorkspace(queries, id),
    onSuccess: (_answer, { name }) => toast(text.restored(name)),
  });
  if (workspaces.length === 0) return null;
  return (
    <Panel title={text.heading} className={className}>
      <PlainTable
        label={text.heading}
        rows={workspaces}
        rowId={({ id }) => id}
        columns={[
          { id: 'name', heading: text.name, cell: ({ name }) => <span className="break-words">{name}</span> },
          {
            id: 'deleted',
            heading: text.deletedAt,
            right: true,
            optional: true,
            cell: ({ deletedAt }) => <Moment at={deletedAt} />,
          },
          { id: 'until', heading: text.until, right: true, cell: ({ deletedUntil }) => <Moment at={deletedUntil} /> },
          {
            id: 'restore',
            heading: <span className="sr-only">{text.actions}</span>,
            right: true,
            cell: (workspace) => (
              <Button
                size="small"
                busy={restore.isPending && restore.variables.id === workspace.id}
                aria-label={text.restoreThis(workspace.name)}
                onClick={() => restore.mutate(workspace)}
              >
                {text.restore}
              </Button>
            ),
          },
        ]}
      />
      <ErrorNotice error={restore.error} />
    </Panel>
  );
}
