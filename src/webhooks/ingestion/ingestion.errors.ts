import { defineError } from '../../platform/errors.js';

export const signatureInvalid = defineError({
  code: 'webhook.invalid-signature',
  kind: 'unauthenticated',
  title: 'None of the secrets of this source signed these bytes in time.',
});
export const ingestUnavailable = defineError({
  code: 'webhook.unavailable',
  kind: 'unavailable',
  title: 'The delivery could not be stored; send it again.',
});
