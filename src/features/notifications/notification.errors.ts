import { defineError } from '../../platform/errors.js';

/** Also for one that the user may not see any more. */
export const notificationNotFound = defineError({
  code: 'notification.not-found',
  kind: 'not-found',
  title: 'There is no such notification.',
});

export const noticeUnknown = defineError({
  code: 'notification.unknown-kind',
  kind: 'not-found',
  title: 'There is no such kind of notification.',
});
