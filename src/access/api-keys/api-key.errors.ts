import { defineError } from '../../platform/errors.js';

export const apiKeyNotFound = defineError({
  code: 'api-key.not-found',
  kind: 'not-found',
  title: 'You have no such API key.',
});
