import { defineError } from '../../platform/errors.js';

export const userNotFound = defineError({
  code: 'user.not-found',
  kind: 'not-found',
  title: 'There is no such user.',
});

export const emailTaken = defineError({
  code: 'user.email-taken',
  kind: 'conflict',
  title: 'A user with this e-mail address already exists.',
});

export const ownAccount = defineError({
  code: 'user.own-account',
  kind: 'conflict',
  title: 'Administrators cannot disable, demote or delete themselves; ask another administrator.',
});

/** Defined here and not in access, because disabling a user can fail with it too. */
export const lastOwner = defineError({
  code: 'workspace.last-owner',
  kind: 'conflict',
  title: 'A workspace needs at least one owner who is not disabled; add another owner first.',
});
