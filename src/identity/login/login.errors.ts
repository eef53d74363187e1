import { defineError } from '../../platform/errors.js';

/** The same for an unknown address, a wrong password and a disabled user: who has an account is nobody's business. */
export const wrongLogin = defineError({
  code: 'auth.wrong-login',
  kind: 'unauthenticated',
  title: 'E-mail address and password do not fit together.',
});

export const wrongPassword = defineError({
  code: 'auth.wrong-password',
  kind: 'forbidden',
  title: 'This is not your current password.',
});

export const tooManyLogins = defineError({
  code: 'auth.too-many-logins',
  kind: 'too-many',
  title: 'Too many failed logins; try again later.',
});
