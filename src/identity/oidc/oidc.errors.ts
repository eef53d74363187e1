import { defineError } from '../../platform/errors.js';

export const issuerUnavailable = defineError({
  code: 'auth.issuer-unavailable',
  kind: 'unavailable',
  title: 'The issuer of this token can not be asked for its keys at the moment.',
});
