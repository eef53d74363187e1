import { defineError } from '../../platform/errors.js';

/** The same for an unknown, a used and an expired token, and for one of a disabled user. */
export const resetInvalid = defineError({
  code: 'password-reset.invalid',
  kind: 'not-found',
  title: 'This link to set a new password was used, has expired, or was replaced; request another one.',
});

export const tooManyResets = defineError({
  code: 'password-reset.too-many',
  kind: 'too-many',
  title: 'Too many requests for a new password from this network; try again later.',
});

export const noPassword = defineError({
  code: 'user.no-password',
  kind: 'conflict',
  title: 'This user signs in at an issuer and has no password.',
});
