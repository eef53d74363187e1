import { defineError } from '../../platform/errors.js';

/** The same for an unknown address, a wrong password and a disabled user, so that accounts cannot be enumerated. */
export const wrongLogin = defineError({
  code: 'auth.wrong-login',
  kind: 'unauthenticated',
  title: 'The e-mail address or the password is wrong.',
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
