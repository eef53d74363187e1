import { defineError } from '../../platform/errors.js';

export const sourceNotFound = defineError({
  code: 'source.not-found',
  kind: 'not-found',
  title: 'There is no such source, or it is switched off.',
});
export const providerUnknown = defineError({
  code: 'source.unknown-provider',
  kind: 'invalid',
  title: 'No provider has this name.',
});
export const sourceSecretsInvalid = defineError({
  code: 'source.invalid-secrets',
  kind: 'invalid',
  title: 'The secrets do not fit the provider; `detail` says which and why.',
});
export const sourceOptionsInvalid = defineError({
  code: 'source.invalid-options',
  kind: 'invalid',
  title: 'The options do not fit the provider; `detail` says which and why.',
});
