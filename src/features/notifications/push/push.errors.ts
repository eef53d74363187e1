import { defineError } from '../../../platform/errors.js';

export const subscriptionNotFound = defineError({
  code: 'push-subscription.not-found',
  kind: 'not-found',
  title: 'There is no such push subscription of yours.',
});

export const pushNotConfigured = defineError({
  code: 'push.not-configured',
  kind: 'not-found',
  title: 'This server has no key for Web Push.',
});
