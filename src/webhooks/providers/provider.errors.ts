import { defineError } from '../../platform/errors.js';

/** Never retried: the same bytes stay unreadable. */
export const deliveryUnreadable = defineError({
  code: 'delivery.unreadable',
  kind: 'invalid',
  title: 'The body of this delivery is not in the format of its provider.',
});

export const signaturesBusy = defineError({
  code: 'signature.busy',
  kind: 'unavailable',
  title: 'Too many signatures wait for their verification; send it again.',
});

/** A certificate or a key set of the sender can't be read now: the signature may be right. */
export const signatureKeyUnavailable = defineError({
  code: 'signature.key-unavailable',
  kind: 'unavailable',
  title: 'The key that the sender publishes cannot be read at the moment; send it again.',
});
