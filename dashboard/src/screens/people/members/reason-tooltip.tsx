import { Tooltip } from '@base-ui/react/tooltip';
import type { ReactNode } from 'react';
import { reasonHandle } from './cell-handles.js';

/** The reason of the cell under the pointer or with the focus. */
export const ReasonTooltip = (): ReactNode => (
  <Tooltip.Root handle={reasonHandle}>
    {({ payload }) => (
      <Tooltip.Portal>
        <Tooltip.Positioner sideOffset={4} className="z-50">
          <Tooltip.Popup className="max-w-xs rounded border border-line bg-raised px-2 py-1 text-sm text-text shadow-lg">
            {payload}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    )}
  </Tooltip.Root>
);
