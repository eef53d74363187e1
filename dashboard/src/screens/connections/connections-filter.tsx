import { useRef, type ReactNode } from 'react';
import { useShortcuts } from '../../app/shortcuts.js';
import { Button } from '../../ui/button.js';
import { shortId } from '../../ui/copy.js';
import { Field, Input, Select } from '../../ui/field.js';
import { words } from '../../words/words.js';
import { useNodes, useUsers } from '../../queries/system-queries.js';
import type { ConnectionsFilter as Filter } from './connections-queries.js';

/** A value of the address that a list of choices lacks. */
const unlisted = (value: string | undefined, ids: readonly string[]): string[] =>
  value === undefined || ids.includes(value) ? [] : [value];

/** The filter in the address of the screen. `/` goes to the channel. */
export function ConnectionsFilter({
  filter,
  onChange,
}: {
  readonly filter: Filter;
  readonly onChange: (filter: Filter) => void;
}): ReactNode {
  const { connections } = words.system;
  const users = [...useUsers().values()];
  const nodes = useNodes().data?.items ?? [];
  const channel = useRef<HTMLInputElement>(null);
  useShortcuts({ '/': () => channel.current?.focus() });
  return (
    <form
      className="flex flex-wrap items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        onChange({ ...filter, channel: channel.current?.value.trim() });
      }}
    >
      <div className="w-36 max-sm:grow">
        <Field label={connections.user}>
          {(control) => (
            <Select
              {...control}
              value={filter.userId ?? ''}
              onChange={({ target }) => onChange({ ...filter, userId: target.value })}
            >
              <option value="">{connections.anyUser}</option>
              {users.map(({ id, name, email }) => (
                <option key={id} value={id}>
                  {name || email}
                </option>
              ))}
              {unlisted(
                filter.userId,
                users.map(({ id }) => id),
              ).map((id) => (
                <option key={id}>{id}</option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      <div className="w-36 max-sm:grow">
        <Field label={connections.node}>
          {(control) => (
            <Select
              {...control}
              value={filter.nodeId ?? ''}
              onChange={({ target }) => onChange({ ...filter, nodeId: target.value })}
            >
              <option value="">{connections.anyNode}</option>
              {nodes
                .filter(({ roles }) => roles.includes('gateway'))
                .map(({ nodeId }) => (
                  <option key={nodeId} value={nodeId}>
                    {shortId(nodeId)}
                  </option>
                ))}
              {unlisted(
                filter.nodeId,
                nodes.map(({ nodeId }) => nodeId),
              ).map((id) => (
                <option key={id} value={id}>
                  {shortId(id)}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      <div className="min-w-40 grow sm:max-w-md">
        <Field label={connections.channel}>
          {(control) => (
            <Input
              {...control}
              key={filter.channel}
              ref={channel}
              defaultValue={filter.channel}
              placeholder={connections.channelHint}
              spellCheck={false}
              className="font-mono text-xs"
            />
          )}
        </Field>
      </div>
      <Button type="submit">{connections.apply}</Button>
    </form>
  );
}
