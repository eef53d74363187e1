import { defineError } from '../../platform/errors.js';

export const invalidToken = defineError({
  code: 'auth.invalid-token',
  kind: 'unauthenticated',
  title: 'This call requires a valid access token.',
  inFrames: true,
  onEveryCall: true,
});

export const tokenExpired = defineError({
  code: 'auth.token-expired',
  kind: 'unauthenticated',
  title: 'The access token has expired; log in again.',
  inFrames: true,
  onEveryCall: true,
});

export const sessionEnded = defineError({
  code: 'auth.session-ended',
  kind: 'unauthenticated',
  title: 'This session has ended; log in again.',
  inFrames: true,
  onEveryCall: true,
});

export const userDisabled = defineError({
  code: 'auth.user-disabled',
  kind: 'forbidden',
  title: 'This user has been disabled.',
  inFrames: true,
});

export const adminRequired = defineError({
  code: 'auth.admin-required',
  kind: 'forbidden',
  title: 'Only an administrator may do this.',
});

export const personRequired = defineError({
  code: 'auth.person-required',
  kind: 'forbidden',
  title: 'This call does not accept an API key; log in.',
});

export const loginRequired = defineError({
  code: 'auth.login-required',
  kind: 'forbidden',
  title: 'This call does not accept a token that a backend has issued for you; log in.',
});

export const scopeRequired = defineError({
  code: 'auth.scope-required',
  kind: 'forbidden',
  title: 'This call requires an API key with a scope that only administrators can give.',
});
