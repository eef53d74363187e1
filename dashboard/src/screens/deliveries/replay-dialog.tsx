import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useWorkspace } from '../../app/workspace.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { Checkbox } from '../../ui/field.js';
import { ErrorNotice } from '../../ui/notice.js';
import { useStep } from '../../ui/use-step.js';
import { words } from '../../words/words.js';
import { apiFilterOf, type DeliveryFilters } from './delivery-search.js';
import { replayTotalKey, startReplay, useMatchCount, type Counted } from './replay-queries.js';

const MAX_IDS = 1_000;

/** The selected deliveries, or those that match. */
export type ReplayTarget = { readonly ids: readonly string[] } | { readonly filters: DeliveryFilters };

/** Says how many deliveries a replay takes, and starts it. */
export function ReplayDialog({
  target,
  onClose,
  onStarted,
}: {
  readonly target: ReplayTarget;
  readonly onClose: () => void;
  readonly onStarted: (id: string) => void;
}): ReactNode {
  const { id: ws } = useWorkspace();
  const queries = useQueryClient();
  const [asNew, setAsNew] = useState(false);
  // The window of a span is fixed here, so that the number shown is the number replayed.
  const [fixed] = useState(() => ('filters' in target ? apiFilterOf(target.filters) : undefined));
  const matching = useMatchCount(ws, fixed);
  const counted: Counted = 'ids' in target ? { count: target.ids.length, state: 'exact' } : matching;
  const { replay: text, count } = words.deliveries;
  const number = counted.state === 'more' ? text.atLeast(counted.count) : count(counted.count);
  const isTooMany = 'ids' in target && target.ids.length > MAX_IDS;
  const { busy, error, run } = useStep();
  const start = async (): Promise<void> => {
    const request = 'ids' in target ? { ids: [...target.ids] } : { filter: fixed ?? {} };
    const { id } = await startReplay(ws, { ...request, asNew });
    if (counted.state === 'exact') queries.setQueryData(replayTotalKey(ws, id), counted.count);
    onStarted(id);
    onClose();
  };
  return (
    <Dialog open onClose={onClose} title={text.heading}>
      <p role="status">
        {isTooMany
          ? text.tooMany
          : counted.state === 'counting'
            ? text.counting(counted.count)
            : counted.count === 0
              ? text.none
              : asNew
                ? text.willAsNew(number)
                : text.will(number)}
      </p>
      <Checkbox label={text.asNew} checked={asNew} onChange={({ target: box }) => setAsNew(box.checked)} />
      <ErrorNotice error={error ?? counted.error} />
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{words.dialog.cancel}</Button>
        <Button
          kind="primary"
          busy={busy}
          disabled={counted.state === 'counting' || counted.count === 0 || isTooMany}
          onClick={() => void run(start)}
        >
          {text.start(number.toLowerCase())}
        </Button>
      </div>
    </Dialog>
  );
}
