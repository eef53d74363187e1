import Check from 'lucide-react/icons/check';
import Copy from 'lucide-react/icons/copy';
import { useState, type ReactNode } from 'react';
import { words } from '../words/words.js';
import { Button } from './button.js';
import { classes } from './classes.js';

function useCopied(text: string): { copied: boolean; copy: () => Promise<void> } {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 1_500);
  };
  return { copied, copy };
}

/** Shortens an id in the middle: the ends tell ids apart. */
export const shortId = (id: string): string => (id.length <= 13 ? id : `${id.slice(0, 4)}…${id.slice(-6)}`);

/** An id, shortened in the middle, that a click copies. */
export function CopyId({
  id,
  what,
  whole = false,
}: {
  readonly id: string;
  readonly what: string;
  readonly whole?: boolean;
}): ReactNode {
  const { copied, copy } = useCopied(id);
  const text = whole ? id : shortId(id);
  return (
    <button
      type="button"
      onClick={() => void copy()}
      title={id}
      // The name has the visible text, so that it can be spoken to choose the button.
      aria-label={copied ? `${words.copy.copied} ${text}` : words.copy.copyThis(`${what} ${text}`)}
      className="inline-flex min-h-6 items-center gap-1 rounded px-0.5 font-mono text-xs hover:bg-hover"
    >
      <span className="break-all">{text}</span>
      {copied ? (
        <Check className="size-3 text-good" aria-hidden="true" />
      ) : (
        <Copy className="size-3 text-muted" aria-hidden="true" />
      )}
    </button>
  );
}

/** Text to paste somewhere else, e.g. a command, with a button that copies it. */
export function CopyText({
  text,
  label,
  className,
}: {
  readonly text: string;
  readonly label: string;
  readonly className?: string;
}): ReactNode {
  const { copied, copy } = useCopied(text);
  return (
    <div className={classes('flex items-start gap-2 rounded border border-line bg-canvas p-2', className)}>
      <pre
        tabIndex={0}
        aria-label={label}
        className={classes(
          'min-w-0 grow overflow-x-auto font-mono text-xs leading-5',
          // Lines of code stay whole; a long address breaks.
          text.includes('\n') ? 'whitespace-pre' : 'whitespace-pre-wrap break-all',
        )}
      >
        {text}
      </pre>
      <Button
        size="small"
        onClick={() => void copy()}
        aria-label={copied ? words.copy.copied : words.copy.copyThis(label)}
      >
        {copied ? words.copy.copied : words.copy.copy}
      </Button>
    </div>
  );
}
