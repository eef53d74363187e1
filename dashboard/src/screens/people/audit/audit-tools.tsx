import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { answer, api } from '../../../api/api.js';
import { useWorkspace } from '../../../app/workspace.js';
import { Button } from '../../../ui/button.js';
import { CopyId } from '../../../ui/copy.js';
import { Menu } from '../../../ui/menu.js';
import { ErrorNotice } from '../../../ui/notice.js';
import { State } from '../../../ui/state.js';
import { words } from '../../../words/words.js';
import { usePeopleSearch } from '../use-people-search.js';
import { auditQueryOf } from '../people-queries.js';
import { saveFile } from '../../../api/download.js';

/** Verifies the chain of hashes, and exports the entries that fit the filters. */
export function AuditTools(): ReactNode {
  const { id: ws } = useWorkspace();
  const [{ action, actor, from, to }] = usePeopleSearch();
  const { audit: text } = words.people;
  const verify = useMutation({
    mutationFn: () => answer(api.GET('/v1/workspaces/{ws}/audit/verify', { params: { path: { ws } } })),
  });
  const exported = useMutation({
    mutationFn: async (format: 'csv' | 'jsonl') => {
      const query = { ...auditQueryOf({ action, actor, from, to }), format };
      const params = { path: { ws }, query };
      const file = await answer(api.GET('/v1/workspaces/{ws}/audit/export', { params, parseAs: 'blob' }));
      saveFile(file, `audit.${format}`);
    },
  });
  return (
    <>
      <span className="flex gap-2">
        <Button busy={verify.isPending} onClick={() => verify.mutate()}>
          {verify.isPending ? text.verifying : text.verify}
        </Button>
        <Menu
          trigger={<Button busy={exported.isPending}>{text.export}</Button>}
          entries={[
            { label: text.exportLines, onSelect: () => exported.mutate('jsonl') },
            { label: text.exportCsv, onSelect: () => exported.mutate('csv') },
          ]}
        />
      </span>
      <div role="status" className="basis-full empty:hidden">
        {verify.data !== undefined && (
          <p className="flex flex-wrap items-center gap-2 text-sm">
            <State name={verify.data.ok ? 'done' : 'failed'} />
            {verify.data.ok ? text.intact(verify.data.rows) : text.broken(verify.data.brokenAt ?? 0)}
            {verify.data.head !== null && (
              <span className="text-muted">
                {text.head} <CopyId id={verify.data.head} what={text.head} />
              </span>
            )}
          </p>
        )}
        <ErrorNotice error={verify.error ?? exported.error} />
      </div>
    </>
  );
}
