import { defineError } from '../../platform/errors/define-error.js';

export const userNotFound = defineError({
  code: 'user.not-found',
  kind: 'not-found',
  title: 'There is no such user.',
});
