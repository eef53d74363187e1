import { defineError } from '../../platform/errors.js';

/** Final: the same bytes do not become readable, so the job is not retried. */
export const deliveryUnreadable = defineError({
  code: 'delivery.unreadable',
  kind: 'invalid',
  title: 'The body of this delivery is not in the format of its sender.',
});
