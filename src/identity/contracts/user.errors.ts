import { defineError } from '../../platform/errors/define-error.js';

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
