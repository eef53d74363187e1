import { defineError } from '../../../platform/errors.js';

export const subscriptionNotFound = defineError({
  code: 'push-subscription.not-found',
  kind: 'not-found',
  title: 'You do not have this push subscription.',
});

export const pushNotConfigured = defineError({
  code: 'push.not-configured',
  kind: 'not-found',
  title: 'This server has no key for Web Push.',
});
