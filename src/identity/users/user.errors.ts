import { defineError } from '../../platform/errors.js';

export const emailTaken = defineError({
  code: 'user.email-taken',
  kind: 'conflict',
  title: 'A user with this e-mail address already exists.',
});
