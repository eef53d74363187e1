import { useNavigate, useSearch } from '@tanstack/react-router';
import { useRef, type ReactNode } from 'react';
import { useShortcuts } from '../../app/shortcuts.js';
import { channelLabel } from '../../events/event-words.js';
import { Button } from '../../ui/button.js';
import { Input, Select } from '../../ui/field.js';
import { words } from '../../words/words.js';
import type { LiveSearch } from './live-search.js';

/** Filters by channel, type and text, all in the address. */
export function LiveFilters({
  channels,
  types,
}: {
  readonly channels: readonly string[];
  readonly types: readonly string[];
}): ReactNode {
  const search = useSearch({ from: '/w/$ws/live' });
  const navigate = useNavigate({ from: '/w/$ws/live' });
  const text = useRef<HTMLInputElement>(null);
  const { events } = words;
  const set = (change: { readonly [Name in keyof LiveSearch]?: string | undefined }): void =>
    void navigate({ search: (before) => clean({ ...before, ...change }), replace: true });
  useShortcuts({ '/': () => text.current?.focus() });
  const isFiltered = search.channel !== undefined || search.type !== undefined || search.q !== undefined;
  return (
    <div role="search" className="flex flex-wrap items-center gap-2">
      <Input
        ref={text}
        type="search"
        aria-label={events.search}
        placeholder={events.search}
        value={search.q ?? ''}
        onChange={({ target }) => set({ q: target.value })}
        className="sm:w-64"
      />
      <Select
        aria-label={events.channel}
        value={search.channel ?? ''}
        onChange={({ target }) => set({ channel: target.value })}
        className="max-w-48 grow basis-32"
      >
        <option value="">{events.anyChannel}</option>
        {withChosen(channels, search.channel).map((channel) => (
          <option key={channel} value={channel}>
            {channelLabel(channel)}
          </option>
        ))}
      </Select>
      <Select
        aria-label={events.type}
        value={search.type ?? ''}
        onChange={({ target }) => set({ type: target.value })}
        className="max-w-48 grow basis-32"
      >
        <option value="">{events.anyType}</option>
        {withChosen(types, search.type).map((type) => (
          <option key={type} value={type}>
            {type}
          </option>
        ))}
      </Select>
      {isFiltered && (
        <Button kind="quiet" onClick={() => set({ channel: undefined, type: undefined, q: undefined })}>
          {events.clear}
        </Button>
      )}
    </div>
  );
}

/** A chosen value stays in the choice when no event has it any more. */
const withChosen = (values: readonly string[], chosen: string | undefined): readonly string[] =>
  chosen === undefined || values.includes(chosen) ? values : [chosen, ...values];

function clean(search: { readonly [Name in keyof LiveSearch]?: string | undefined }): LiveSearch {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined && value !== ''));
}
