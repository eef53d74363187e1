import { defineError } from '../../platform/errors.js';

export const reconcileUnsupported = defineError({
  code: 'reconcile.unsupported',
  kind: 'conflict',
  title: 'Only a source of the provider `github` can be reconciled.',
});
export const reconcileTokenRefused = defineError({
  code: 'reconcile.token-refused',
  kind: 'conflict',
  title: 'GitHub refused the token: it is invalid, or it may not read and redeliver the deliveries of this hook.',
});
export const reconcileHookNotFound = defineError({
  code: 'reconcile.hook-not-found',
  kind: 'conflict',
  title: 'GitHub knows no such hook, or hides it from this token.',
});
export const reconcileRateLimited = defineError({
  code: 'reconcile.rate-limited',
  kind: 'too-many',
  title: 'GitHub allows this token no more calls for now.',
});
export const reconcileUnavailable = defineError({
  code: 'reconcile.unavailable',
  kind: 'unavailable',
  title: 'GitHub could not be reached, or its answer made no sense; try again later.',
});
