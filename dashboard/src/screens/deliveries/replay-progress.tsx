import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useMay, useWorkspace } from '../../app/workspace.js';
import { Button } from '../../ui/button.js';
import { ErrorNotice } from '../../ui/notice.js';
import { State } from '../../ui/state.js';
import { toastProblem } from '../../ui/toast.js';
import { words } from '../../words/words.js';
import { cancelReplay, replayTotalKey, useReplay } from './replay-queries.js';

/** The replay that the address names: its progress, its result, and a button that cancels it. */
export function ReplayProgress(): ReactNode {
  const { id: ws } = useWorkspace();
  const { replay: id } = useSearch({ from: '/w/$ws/deliveries' });
  const queries = useQueryClient();
  const navigate = useNavigate();
  const mayCancel = useMay('webhooks:manage');
  const [busy, setBusy] = useState(false);
  const query = useReplay(ws, id);
  if (id === undefined) return null;
  const { replay: text } = words.deliveries;
  const close = (): void =>
    void navigate({ to: '.', search: (before: object) => ({ ...before, replay: undefined }), replace: true } as never);
  const cancel = async (): Promise<void> => {
    setBusy(true);
    await cancelReplay(ws, id)
      .then(() => query.refetch())
      .catch(toastProblem);
    setBusy(false);
  };
  const { data } = query;
  const total = data?.total ?? queries.getQueryData<number>(replayTotalKey(ws, id)) ?? null;
  return (
    <section aria-label={text.label} className="flex flex-col gap-1 rounded border border-line bg-surface px-3 py-2">
      <div className="flex flex-wrap items-center gap-2 text-sm">
        <span className="font-medium">{text.label}</span>
        {data !== undefined && (
          <span role="status" className="flex flex-wrap items-center gap-2">
            <State name={data.status} />
            {text.progress(data.done, total)}
            {data.failed > 0 && <span>{text.missing(data.failed)}</span>}
            {data.error !== null && <span className="text-bad">{data.error}</span>}
          </span>
        )}
        <span className="grow" />
        {data?.status === 'running' && mayCancel && (
          <Button size="small" busy={busy} onClick={() => void cancel()}>
            {text.cancel}
          </Button>
        )}
        <Button size="small" kind="quiet" onClick={close}>
          {text.dismiss}
        </Button>
      </div>
      {data?.status === 'running' && total !== null && (
        <progress
          aria-label={text.label}
          value={data.done}
          max={Math.max(1, total)}
          className="h-1.5 w-full accent-accent"
        />
      )}
      <ErrorNotice error={query.error} />
    </section>
  );
}
