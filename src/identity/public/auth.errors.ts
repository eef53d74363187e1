import { defineError } from '../../platform/errors.js';

export const invalidToken = defineError({
  code: 'auth.invalid-token',
  kind: 'unauthenticated',
  title: 'This call takes a valid access token.',
});

export const tokenExpired = defineError({
  code: 'auth.token-expired',
  kind: 'unauthenticated',
  title: 'The access token has run out; log in again.',
});

export const sessionEnded = defineError({
  code: 'auth.session-ended',
  kind: 'unauthenticated',
  title: 'This session has ended; log in again.',
});

export const userDisabled = defineError({
  code: 'auth.user-disabled',
  kind: 'forbidden',
  title: 'This user has been disabled.',
});

export const adminRequired = defineError({
  code: 'auth.admin-required',
  kind: 'forbidden',
  title: 'Only an administrator may do this.',
});

export const personRequired = defineError({
  code: 'auth.person-required',
  kind: 'forbidden',
  title: 'An API key may not do this: log in.',
});

export const loginRequired = defineError({
  code: 'auth.login-required',
  kind: 'forbidden',
  title: 'A token that a backend has drawn for you may not do this: log in.',
});

export const scopeRequired = defineError({
  code: 'auth.scope-required',
  kind: 'forbidden',
  title: 'This call takes an API key with a scope that only keys of administrators have.',
});
