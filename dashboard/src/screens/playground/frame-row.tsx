import ArrowDown from 'lucide-react/icons/arrow-down-left';
import ArrowUp from 'lucide-react/icons/arrow-up-right';
import Info from 'lucide-react/icons/info';
import { useState, type ReactNode } from 'react';
import { JsonTree } from '../../ui/json-view.js';
import { words } from '../../words/words.js';
import { parsed, type Entry } from './frames.js';

const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  hour12: false,
});

const LOOKS = {
  in: [ArrowDown, 'text-accent'],
  out: [ArrowUp, 'text-warn'],
  note: [Info, 'text-muted'],
} as const;

/** One frame in a line, which opens to a tree. Its content comes from strangers: it is shown as text only. */
export function FrameRow({ entry }: { readonly entry: Entry }): ReactNode {
  const [isOpen, setIsOpen] = useState(false);
  const [Icon, look] = LOOKS[entry.direction];
  const { frames } = words.playground;
  const frame = entry.direction === 'note' ? undefined : parsed(entry.text);
  const line = (
    <>
      <Icon className={`size-3.5 shrink-0 ${look}`} aria-hidden="true" />
      <span className="sr-only">{frames[entry.direction]}</span>
      <time className="shrink-0 text-muted">{clock.format(entry.at)}</time>
    </>
  );
  if (entry.direction === 'note') {
    return (
      <li data-direction="note" className="flex min-h-8 items-center gap-2 px-3 text-muted">
        {line}
        <span className="font-sans">{entry.text}</span>
      </li>
    );
  }
  return (
    <li data-direction={entry.direction}>
      <details open={isOpen} onToggle={(event) => setIsOpen(event.currentTarget.open)}>
        <summary className="flex min-h-8 items-center gap-2 px-3 hover:bg-hover">
          {line}
          <span className="shrink-0 font-semibold">{frame?.type ?? frames.malformed}</span>
          <span className="min-w-0 truncate text-muted">{entry.text}</span>
        </summary>
        {isOpen && (frame === undefined ? <p className="p-3 break-all">{entry.text}</p> : <JsonTree value={frame} />)}
      </details>
    </li>
  );
}
