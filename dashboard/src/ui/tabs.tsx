import { Tabs as Base } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';

export interface Tab {
  readonly id: string;
  readonly label: ReactNode;
  readonly content: ReactNode;
}

/** Panels of which one is shown. `active` belongs into the address of the screen. */
export function Tabs({
  tabs,
  active,
  onChange,
  label,
}: {
  readonly tabs: readonly Tab[];
  readonly active: string;
  readonly onChange: (id: string) => void;
  readonly label: string;
}): ReactNode {
  return (
    <Base.Root value={active} onValueChange={(id) => onChange(String(id))} className="flex min-h-0 flex-col">
      <Base.List aria-label={label} className="flex flex-wrap gap-1 border-b border-line px-2">
        {tabs.map(({ id, label: name }) => (
          <Base.Tab
            key={id}
            value={id}
            className="-mb-px h-9 border-b-2 border-transparent px-2 text-muted hover:text-text data-active:border-accent data-active:text-text"
          >
            {name}
          </Base.Tab>
        ))}
      </Base.List>
      {tabs.map(({ id, content }) => (
        <Base.Panel key={id} value={id} className="min-h-0 outline-none">
          {content}
        </Base.Panel>
      ))}
    </Base.Root>
  );
}
