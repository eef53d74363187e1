import { defineError } from '../../platform/errors.js';

export const signatureInvalid = defineError({
  code: 'webhook.invalid-signature',
  kind: 'unauthenticated',
  title: 'The signature matches no secret of this source, or its timestamp is too old or too new.',
});
export const ingestUnavailable = defineError({
  code: 'webhook.unavailable',
  kind: 'unavailable',
  title: 'The delivery could not be stored; send it again.',
});
