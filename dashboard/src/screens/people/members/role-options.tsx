import type { ReactNode } from 'react';
import type { Role } from '../people-queries.js';

/** The roles that can be given; `owner` only by an owner. */
export function RoleOptions({
  roles,
  byOwner,
}: {
  readonly roles: readonly Role[];
  readonly byOwner: boolean;
}): ReactNode {
  return roles
    .filter(({ name }) => name !== 'owner' || byOwner)
    .map(({ name }) => (
      <option key={name} value={name}>
        {name}
      </option>
    ));
}
