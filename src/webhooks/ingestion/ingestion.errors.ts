import { defineError } from '../../platform/errors.js';

export const signatureInvalid = defineError({
  code: 'webhook.invalid-signature',
  kind: 'unauthenticated',
  title: 'The signature matches no secret of this source, or its timestamp is too old or too new.',
});
export const addressNotAllowed = defineError({
  code: 'webhook.address-not-allowed',
  kind: 'forbidden',
  title: 'The source does not accept webhooks from this address.',
});
export const encodingInvalid = defineError({
  code: 'webhook.invalid-encoding',
  kind: 'invalid',
  title: 'The body cannot be inflated: it is not in the form that Content-Encoding names, or it is cut off.',
});
export const ingestUnavailable = defineError({
  code: 'webhook.unavailable',
  kind: 'unavailable',
  title: 'The delivery could not be stored; send it again.',
});
export const handshakeUnknown = defineError({
  code: 'webhook.unknown-handshake',
  kind: 'not-found',
  title: 'This request is no handshake of the sender of this source; webhooks are sent by POST.',
});
