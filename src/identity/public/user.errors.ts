import { defineError } from '../../platform/errors.js';

export const userNotFound = defineError({
  code: 'user.not-found',
  kind: 'not-found',
  title: 'There is no such user.',
});

export const ownAccount = defineError({
  code: 'user.own-account',
  kind: 'conflict',
  title: 'Administrators can neither disable, demote nor delete themselves; another one has to.',
});

/** Here and not in access, because disabling a user can fail by it too. */
export const lastOwner = defineError({
  code: 'workspace.last-owner',
  kind: 'conflict',
  title: 'A workspace keeps at least one owner who is not disabled; make another one first.',
});
