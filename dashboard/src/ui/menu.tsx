import { Menu as Base } from '@base-ui/react/menu';
import type { ReactElement, ReactNode } from 'react';

export interface MenuEntry {
  readonly label: ReactNode;
  readonly onSelect: () => void;
  readonly danger?: boolean;
  readonly disabled?: boolean;
}

const ITEM =
  'flex min-h-8 cursor-default items-center gap-2 px-3 outline-none data-highlighted:bg-hover data-disabled:opacity-50';

/** A menu of actions. `trigger` is a button. */
export function Menu({
  trigger,
  entries,
  header,
}: {
  readonly trigger: ReactElement;
  readonly entries: readonly MenuEntry[];
  readonly header?: ReactNode;
}): ReactNode {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner sideOffset={4} className="z-50">
          <Base.Popup className="min-w-44 rounded border border-line bg-raised py-1 shadow-lg outline-none">
            {header !== undefined && <div className="border-b border-line px-3 py-2 text-sm text-muted">{header}</div>}
            {entries.map(({ label, onSelect, danger, disabled }, index) => (
              <Base.Item
                key={index}
                onClick={onSelect}
                disabled={disabled ?? false}
                className={danger === true ? `${ITEM} text-bad` : ITEM}
              >
                {label}
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
