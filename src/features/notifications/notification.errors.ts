import { defineError } from '../../platform/errors.js';

/** Also for a notification that the user may no longer see. */
export const notificationNotFound = defineError({
  code: 'notification.not-found',
  kind: 'not-found',
  title: 'This notification does not exist.',
});

export const notificationKindUnknown = defineError({
  code: 'notification.unknown-kind',
  kind: 'not-found',
  title: 'This kind of notification does not exist.',
});

export const emailNotOffered = defineError({
  code: 'notification.email-not-offered',
  kind: 'conflict',
  title: 'This service sends no e-mail: it has no mail server.',
});
