import { useNavigate, useSearch } from '@tanstack/react-router';
import { useId, useRef, type ReactNode } from 'react';
import { useShortcuts } from '../../app/shortcuts.js';
import type { FeedEvent } from '../../events/event-feed.js';
import { Button } from '../../ui/button.js';
import { Input } from '../../ui/field.js';
import { words } from '../../words/words.js';

/** Shows only events of one type, in older pages too. Offers the types that were seen. */
export function TypeFilter({ events }: { readonly events: readonly FeedEvent[] }): ReactNode {
  const { type } = useSearch({ from: '/w/$ws/channels/$' });
  const navigate = useNavigate({ from: '/w/$ws/channels/$' });
  const input = useRef<HTMLInputElement>(null);
  const list = useId();
  const { channels } = words;
  useShortcuts({ '/': () => input.current?.focus() });
  const set = (value: string): void => void navigate({ search: value === '' ? {} : { type: value }, replace: true });
  return (
    <form
      role="search"
      className="flex items-center gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        set(input.current?.value.trim() ?? '');
      }}
    >
      <Input
        ref={input}
        list={list}
        defaultValue={type}
        aria-label={channels.onlyType}
        placeholder={channels.onlyType}
        className="max-w-64 font-mono"
      />
      <datalist id={list}>
        {[...new Set(events.map((event) => event.type))].toSorted().map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
      <Button type="submit">{channels.filter}</Button>
      {type !== undefined && (
        <Button kind="quiet" onClick={() => set('')}>
          {words.events.clear}
        </Button>
      )}
    </form>
  );
}
