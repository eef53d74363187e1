import { defineError } from '../../platform/errors.js';

export const issuerUnavailable = defineError({
  code: 'auth.issuer-unavailable',
  kind: 'unavailable',
  title: 'The keys of the issuer of this token cannot be fetched at the moment.',
  inFrames: true,
});
