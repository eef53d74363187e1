import { defineError } from '../../platform/errors.js';

export const refusalNotFound = defineError({
  code: 'refusal.not-found',
  kind: 'not-found',
  title: 'There is no such refused request; they are kept for seven days, the newest 1,000 of each source.',
});
export const refusalBodyIncomplete = defineError({
  code: 'refusal.body-incomplete',
  kind: 'conflict',
  title: 'Only a part of the body is stored, so its signature cannot be verified; the sender has to send it again.',
});
export const refusalNotVerified = defineError({
  code: 'refusal.not-verified',
  kind: 'conflict',
  title: 'The request still fails verification; `detail` has the cause.',
});
export const refusalNoDelivery = defineError({
  code: 'refusal.no-delivery',
  kind: 'conflict',
  title: 'The request only tests the URL, so there is no delivery to store.',
});
