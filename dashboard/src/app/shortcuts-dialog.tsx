import type { ReactNode } from 'react';
import { Dialog } from '../ui/dialog.js';
import { GuideLink } from '../ui/guide-link.js';
import { words } from '../words/words.js';
import { useDestinations } from './use-destinations.js';

const Key = ({ name }: { readonly name: string }): ReactNode => (
  <kbd className="rounded border border-line bg-canvas px-1.5 font-mono text-xs">{name}</kbd>
);

export function ShortcutsDialog({
  open,
  onClose,
}: {
  readonly open: boolean;
  readonly onClose: () => void;
}): ReactNode {
  const { shortcuts, navigation } = words;
  const rows = [
    ['Ctrl K', words.palette.open],
    ['?', shortcuts.help],
    ...Object.entries(shortcuts.lists),
    ...useDestinations().map(({ id, key }) => [`g ${key}`, shortcuts.go(navigation[id])]),
  ];
  return (
    <Dialog open={open} onClose={onClose} title={shortcuts.heading}>
      <dl className="grid grid-cols-[6rem_1fr] gap-y-1.5">
        {rows.map(([keys = '', what]) => (
          <div key={keys} className="contents">
            <dt className="flex gap-1">
              {keys.split(' ').map((name, index) => (
                <Key key={index} name={name} />
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <p className="mt-3">
        <GuideLink to="">{shortcuts.guide}</GuideLink>
      </p>
    </Dialog>
  );
}
