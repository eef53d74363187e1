import { Tooltip as Base } from '@base-ui/react/tooltip';
import type { ReactElement, ReactNode } from 'react';

/** A note on hover and focus. `children` is the element that it explains; it also needs a name of its own. */
export function Tooltip({ note, children }: { readonly note: ReactNode; readonly children: ReactElement }): ReactNode {
  return (
    <Base.Root>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner sideOffset={6} className="z-50">
          <Base.Popup className="max-w-xs rounded border border-line bg-raised px-2 py-1 text-sm text-text shadow-lg">
            {note}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
