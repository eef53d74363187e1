import { useEffect, type ReactNode } from 'react';
import { Button } from '../../ui/button.js';
import { ErrorNotice } from '../../ui/notice.js';
import { State } from '../../ui/state.js';
import { toastProblem } from '../../ui/toast.js';
import { words } from '../../words/words.js';
import { cancelReplay, reloadMessages, useReplay } from './messages-queries.js';

/** How far a replay is. Its id is in the address, so that a reload shows it again. */
export function ReplayProgress({
  ws,
  endpointId,
  replayId,
  onClose,
}: {
  readonly ws: string;
  readonly endpointId: string;
  readonly replayId: string;
  readonly onClose: () => void;
}): ReactNode {
  const { replay } = words.endpoints;
  const { data, error } = useReplay(ws, endpointId, replayId);
  const isRunning = data?.status === 'running';
  const hasEnded = data !== undefined && !isRunning;
  useEffect(() => {
    if (hasEnded) void reloadMessages(ws, endpointId);
  }, [ws, endpointId, hasEnded]);
  const cancel = (): void => void cancelReplay(ws, endpointId, replayId).catch(toastProblem);
  return (
    <div role="status" className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-1.5 text-sm">
      <ErrorNotice error={error} />
      {data !== undefined && (
        <>
          <State name={data.status} />
          <span className="mr-auto">{replay.progress(data.done)}</span>
        </>
      )}
      <Button size="small" onClick={isRunning ? cancel : onClose}>
        {isRunning ? replay.cancel : replay.hide}
      </Button>
    </div>
  );
}
