import { useId, type ReactNode } from 'react';
import { Button } from '../../../ui/button.js';
import { Field, Input, Select } from '../../../ui/field.js';
import { words } from '../../../words/words.js';
import type { Member } from '../../../queries/members-queries.js';
import { usePeopleSearch } from '../use-people-search.js';

/** Suggestions; any other action can be written. */
const ACTIONS = [
  'member.added',
  'member.changed',
  'member.removed',
  'role.created',
  'role.changed',
  'role.deleted',
  'source.created',
  'source.changed',
  'source.deleted',
  'workspace.created',
];

/** Filters of the audit log; all of them are in the address. */
export function AuditFilters({ members }: { readonly members: readonly Member[] }): ReactNode {
  const [{ action, actor, from, to }, change] = usePeopleSearch();
  const listId = useId();
  const { audit } = words.people;
  const set = (name: 'action' | 'actor' | 'from' | 'to', value: string): void =>
    change({ [name]: value === '' ? undefined : value, entry: undefined }, true);
  return (
    <form
      aria-label={audit.filters}
      className="flex flex-wrap items-end gap-2"
      onSubmit={(event) => event.preventDefault()}
    >
      <Field label={audit.action}>
        {(control) => (
          <Input
            {...control}
            list={listId}
            className="!w-44"
            placeholder={audit.any}
            value={action ?? ''}
            onChange={({ target }) => set('action', target.value)}
          />
        )}
      </Field>
      <datalist id={listId}>
        {ACTIONS.map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
      <Field label={audit.actor}>
        {(control) => (
          <Select
            {...control}
            className="!w-40"
            value={actor ?? ''}
            onChange={({ target }) => set('actor', target.value)}
          >
            <option value="">{audit.any}</option>
            {members.map(({ userId, name }) => (
              <option key={userId} value={userId}>
                {name}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {(['from', 'to'] as const).map((name) => (
        <Field key={name} label={audit[name]}>
          {(control) => (
            <Input
              {...control}
              type="datetime-local"
              className="!w-48"
              value={{ from, to }[name] ?? ''}
              onChange={({ target }) => set(name, target.value)}
            />
          )}
        </Field>
      ))}
      {[action, actor, from, to].some((value) => value !== undefined) && (
        <Button onClick={() => change({ action: undefined, actor: undefined, from: undefined, to: undefined }, true)}>
          {audit.clear}
        </Button>
      )}
    </form>
  );
}
