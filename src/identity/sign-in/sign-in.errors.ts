import { defineError } from '../../platform/errors.js';

export const providerNotFound = defineError({
  code: 'auth.provider-not-found',
  kind: 'not-found',
  title: 'There is no such provider to sign in with.',
});

export const providerUnavailable = defineError({
  code: 'auth.provider-unavailable',
  kind: 'unavailable',
  title: 'The provider does not answer at the moment; try again later.',
});

/** The cookie is missing: it has expired, or the sign-in began in another browser. */
export const signInExpired = defineError({
  code: 'auth.sign-in-expired',
  kind: 'unauthenticated',
  title: 'This sign-in was not begun in this browser, or it took longer than ten minutes; begin again.',
});

export const signInCancelled = defineError({
  code: 'auth.sign-in-cancelled',
  kind: 'unauthenticated',
  title: 'The sign-in was cancelled at the provider.',
});

export const signInRefused = defineError({
  code: 'auth.sign-in-refused',
  kind: 'unauthenticated',
  title: 'The answer of the provider was not accepted; begin again.',
});
