import { defineError } from '../../platform/errors/define-error.js';

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
  title: 'The provider takes one or two secrets, or none at all.',
});
export const sourceOptionsInvalid = defineError({
  code: 'source.invalid-options',
  kind: 'invalid',
  title: 'The provider does not take these options.',
});
