import type { ReactNode } from 'react';
import { Select } from '../../../ui/field.js';
import { words } from '../../../words/words.js';
import type { Role } from '../people-queries.js';
import { usePeopleSearch } from '../use-people-search.js';

/** Chooses the built-in role that the open one is compared with. */
export function CompareRole({ roles }: { readonly roles: readonly Role[] }): ReactNode {
  const [{ compare }, change] = usePeopleSearch();
  const text = words.people.roles;
  return (
    <label className="flex items-center gap-2 text-sm whitespace-nowrap">
      {text.compare}
      <Select
        value={roles.some(({ name }) => name === compare) ? compare : ''}
        onChange={({ target }) => change({ compare: target.value === '' ? undefined : target.value }, true)}
      >
        <option value="">{text.compareNone}</option>
        {roles.map(({ name }) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </Select>
    </label>
  );
}
