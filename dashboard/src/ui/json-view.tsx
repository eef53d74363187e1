import { useState, type ReactNode } from 'react';
import { words } from '../words/words.js';

const isBranch = (value: unknown): value is object => typeof value === 'object' && value !== null;

function Leaf({ value }: { readonly value: unknown }): ReactNode {
  if (typeof value === 'string') return <span className="break-all text-good">{JSON.stringify(value)}</span>;
  return <span className="text-accent">{String(value)}</span>;
}

/** Children are rendered when a branch is opened, so that a large body costs nothing until then. */
function Branch({
  name,
  value,
  depth,
}: {
  readonly name: string | undefined;
  readonly value: unknown;
  readonly depth: number;
}): ReactNode {
  const [open, setOpen] = useState(depth < 2);
  const label = name !== undefined && <span className="text-muted">{name}: </span>;
  if (!isBranch(value)) {
    return (
      <div className="pl-4">
        {label}
        <Leaf value={value} />
      </div>
    );
  }
  const entries = Object.entries(value);
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)} className="pl-1">
      <summary className="min-h-6">
        {label}
        <span className="text-muted">
          {Array.isArray(value) ? '[ ]' : '{ }'} {words.json.items(entries.length)}
        </span>
      </summary>
      {open && (
        <div className="border-l border-line pl-2">
          {entries.map(([key, child]) => (
            <Branch key={key} name={key} value={child} depth={depth + 1} />
          ))}
        </div>
      )}
    </details>
  );
}

/** JSON as a tree that opens by click and by keyboard. Never renders HTML. */
export const JsonTree = ({ value }: { readonly value: unknown }): ReactNode => (
  <div className="overflow-x-auto p-3 font-mono text-xs leading-5">
    <Branch name={undefined} value={value} depth={0} />
  </div>
);

/** Text as it is, e.g. the raw bytes of a body. */
export const RawText = ({ text, label }: { readonly text: string; readonly label: string }): ReactNode => (
  <pre
    tabIndex={0}
    aria-label={label}
    className="max-h-[60dvh] overflow-auto p-3 font-mono text-xs leading-5 break-all whitespace-pre-wrap"
  >
    {text}
  </pre>
);
