import { defineError } from '../../platform/errors.js';

export const sourceNotFound = defineError({
  code: 'source.not-found',
  kind: 'not-found',
  title: 'There is no such source, or it is disabled.',
});
export const providerUnknown = defineError({
  code: 'source.unknown-provider',
  kind: 'invalid',
  title: 'There is no provider with this name.',
});
export const sourceSecretsInvalid = defineError({
  code: 'source.invalid-secrets',
  kind: 'invalid',
  title: 'The provider does not accept these secrets; `detail` has the reasons.',
});
export const sourceChannelInvalid = defineError({
  code: 'source.invalid-channel-name',
  kind: 'invalid',
  title: 'The name of a source with a channel of its own has 1 to 64 characters of a-z, 0-9, `_`, `.` and `-`.',
});
export const sourceOptionsInvalid = defineError({
  code: 'source.invalid-options',
  kind: 'invalid',
  title: 'The provider does not accept these options; `detail` has the reasons.',
});
