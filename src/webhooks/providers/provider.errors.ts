import { defineError } from '../../platform/errors.js';

/** Never retried: the same bytes stay unreadable. */
export const deliveryUnreadable = defineError({
  code: 'delivery.unreadable',
  kind: 'invalid',
  title: 'The body of this delivery is not in the format of its provider.',
});
