import { useState, type ReactNode } from 'react';
import type { AnyEvent } from '../../live/workspace-events.js';
import { classes } from '../../ui/classes.js';
import { Checkbox, Field, TextArea } from '../../ui/field.js';
import { JsonTree } from '../../ui/json-view.js';
import { Moment } from '../../ui/moment.js';
import { Loaded } from '../../ui/notice.js';
import { words } from '../../words/words.js';
import type { Draft } from './endpoint-draft.js';
import { checkFilter, OPERATORS, type CheckedFilter } from './event-filter.js';
import { useRecentEvents } from './use-recent-events.js';

/** Whether the endpoint gets the event at all, before its filter. */
function isSelected({ kind, eventTypes, sourceIds }: Draft, { type, payload }: AnyEvent): boolean {
  if (kind === 'event') return eventTypes.length === 0 || eventTypes.includes(type);
  return type === 'webhook:received' && (sourceIds.length === 0 || sourceIds.includes(String(payload['sourceId'])));
}

function EventRow({ event, isMatch }: { readonly event: AnyEvent; readonly isMatch: boolean }): ReactNode {
  const { filter } = words.endpoints;
  const { type, channel, actor, payload, ts } = event;
  const [open, setOpen] = useState(false);
  return (
    <li className="border-b border-line last:border-b-0">
      <details open={open} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary className="flex items-center gap-2 px-2 py-1 text-sm">
          <span className={classes('w-20 shrink-0 text-xs', isMatch ? 'text-good' : 'text-muted')}>
            {isMatch ? filter.match : filter.noMatch}
          </span>
          <span className="shrink-0 font-mono text-xs">{type}</span>
          <span className="min-w-0 grow truncate text-muted">{String(payload['title'] ?? '')}</span>
          <Moment at={ts} />
        </summary>
        {open && <JsonTree value={{ type, channel, actor, payload }} />}
      </details>
    </li>
  );
}

function Matches({
  draft,
  checked,
  events,
}: {
  readonly draft: Draft;
  readonly checked: CheckedFilter;
  readonly events: readonly AnyEvent[];
}): ReactNode {
  const { filter } = words.endpoints;
  const [onlyMatches, setOnlyMatches] = useState(false);
  const selected = events.filter((event) => isSelected(draft, event));
  const matching = new Set(selected.filter((event) => checked.matches(event)));
  const shown = onlyMatches ? selected.filter((event) => matching.has(event)) : selected;
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-x-4">
        <p role="status" className="mr-auto text-sm font-medium">
          {filter.result(matching.size, selected.length, events.length)}
        </p>
        <Checkbox
          label={filter.onlyMatches}
          checked={onlyMatches}
          onChange={({ target }) => setOnlyMatches(target.checked)}
        />
      </div>
      <ul
        aria-label={filter.events}
        tabIndex={0}
        className="max-h-80 min-h-10 overflow-y-auto rounded border border-line bg-surface"
      >
        {shown.map((event) => (
          <EventRow key={event.id} event={event} isMatch={matching.has(event)} />
        ))}
      </ul>
    </div>
  );
}

/** A filter as JSON, and which of the last events of the workspace it lets through. */
export function FilterEditor({
  ws,
  draft,
  onChange,
}: {
  readonly ws: string;
  readonly draft: Draft;
  readonly onChange: (filter: string) => void;
}): ReactNode {
  const { filter } = words.endpoints;
  const checked = checkFilter(draft.filter);
  const { problem, operator } = checked;
  return (
    <div className="flex flex-col gap-3">
      <Field
        label={filter.label}
        hint={filter.hint(OPERATORS)}
        error={problem && filter.problems[problem](operator ?? '')}
      >
        {(control) => (
          <TextArea
            {...control}
            rows={5}
            value={draft.filter}
            placeholder={'{ "payload.provider": "github" }'}
            onChange={({ target }) => onChange(target.value)}
            className="font-mono text-sm"
          />
        )}
      </Field>
      <Loaded query={useRecentEvents(ws)} rows={3}>
        {(events) => <Matches draft={draft} checked={checked} events={events} />}
      </Loaded>
    </div>
  );
}
