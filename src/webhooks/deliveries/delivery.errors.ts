import { defineError } from '../../platform/errors.js';

export const deliveryNotFound = defineError({
  code: 'delivery.not-found',
  kind: 'not-found',
  title: 'There is no such delivery in this workspace.',
});
