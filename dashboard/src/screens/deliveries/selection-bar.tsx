import RotateCw from 'lucide-react/icons/rotate-cw';
import type { ReactNode } from 'react';
import { Button } from '../../ui/button.js';
import { words } from '../../words/words.js';
import type { DeliveryFilters } from './delivery-search.js';
import type { ReplayTarget } from './replay-dialog.js';

/** Replays the selected rows, or everything that matches the filters. */
export function SelectionBar({
  selected,
  filters,
  isEmpty,
  onUnselect,
  onReplay,
}: {
  readonly selected: ReadonlySet<string>;
  readonly filters: DeliveryFilters;
  readonly isEmpty: boolean;
  readonly onUnselect: () => void;
  readonly onReplay: (target: ReplayTarget) => void;
}): ReactNode {
  const { replay } = words.deliveries;
  if (isEmpty) return null;
  return (
    <div className="flex flex-wrap items-center gap-2 text-sm">
      {selected.size > 0 && (
        <>
          <span role="status">{words.list.selected(selected.size)}</span>
          <Button size="small" kind="primary" onClick={() => onReplay({ ids: [...selected] })}>
            <RotateCw className="size-3.5" aria-hidden="true" />
            {replay.selected}
          </Button>
          <Button size="small" kind="quiet" onClick={onUnselect}>
            {replay.unselect}
          </Button>
        </>
      )}
      <Button size="small" onClick={() => onReplay({ filters })}>
        {replay.matching}
      </Button>
    </div>
  );
}
