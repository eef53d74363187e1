import { defineError } from '../../platform/errors.js';

/** Final: the same bytes will not read better the next time, so the job does not retry. */
export const deliveryUnreadable = defineError({
  code: 'delivery.unreadable',
  kind: 'invalid',
  title: 'The body of this delivery is not what its sender is known to send.',
});

export const deliveryNotFound = defineError({
  code: 'delivery.not-found',
  kind: 'not-found',
  title: 'There is no such delivery in this workspace.',
});
