import { useSyncExternalStore, type ReactNode } from 'react';
import { classes } from '../../ui/classes.js';
import { words } from '../../words/words.js';
import type { Suggestions } from './mention-suggestions.js';

const WIDTH = 224;

/** The people that fit what follows `@`. The keyboard stays in the editor; arrows and Enter choose. */
export function MentionList({ suggestions }: { readonly suggestions: Suggestions }): ReactNode {
  const state = useSyncExternalStore(
    (watcher) => suggestions.watch(watcher),
    () => suggestions.state,
  );
  if (state === undefined) return null;
  const left = Math.max(4, Math.min(state.left, innerWidth - WIDTH - 4));
  return (
    <div
      role="listbox"
      aria-label={words.documents.editor.mention}
      style={{ left, top: state.top, width: WIDTH }}
      className="fixed z-30 rounded border border-line bg-raised py-1 shadow-lg"
    >
      {state.items.map(({ id, label }, place) => (
        <div
          key={id}
          role="option"
          tabIndex={-1}
          aria-selected={place === state.active}
          // The editor keeps the focus.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => suggestions.choose(place)}
          onKeyDown={(event) => event.key === 'Enter' && suggestions.choose(place)}
          className={classes(
            'flex h-8 cursor-default items-center truncate px-3',
            place === state.active ? 'bg-accent-soft text-accent' : 'hover:bg-hover',
          )}
        >
          {label}
        </div>
      ))}
    </div>
  );
}
