import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { download, saveFile } from '../../api/download.js';
import { useWorkspace } from '../../app/workspace.js';
import { Button } from '../../ui/button.js';
import { ErrorNotice } from '../../ui/notice.js';
import { Panel } from '../../ui/page.js';
import { toast } from '../../ui/toast.js';
import { words } from '../../words/words.js';

/** Everything that the workspace stores, in one file. */
export function ExportPanel(): ReactNode {
  const { id: ws, name } = useWorkspace();
  const { export: text } = words.settings;
  const load = useMutation({
    mutationFn: async () => saveFile(await download(`/v1/workspaces/${ws}/export`), `workspace-${ws}.jsonl`),
    onSuccess: () => toast(text.done(name)),
  });
  return (
    <Panel title={text.heading}>
      <div className="flex flex-col items-start gap-3 p-3">
        <p className="text-sm text-muted">{text.hint}</p>
        <Button busy={load.isPending} onClick={() => load.mutate()}>
          {load.isPending ? text.loading : text.action}
        </Button>
        <ErrorNotice error={load.error} />
      </div>
    </Panel>
  );
}
