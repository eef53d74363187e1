import { defineError } from '../../platform/errors.js';

export const documentNotFound = defineError({
  code: 'document.not-found',
  kind: 'not-found',
  title: 'There is no such document.',
});
export const versionNotFound = defineError({
  code: 'document.version-not-found',
  kind: 'not-found',
  title: 'The document has no such version.',
});
export const documentTooLarge = defineError({
  code: 'document.too-large',
  kind: 'too-large',
  title: 'The document would become larger than a document may be.',
});
export const updateTooLarge = defineError({
  code: 'document.update-too-large',
  kind: 'too-large',
  title: 'One piece of content is larger than a piece may be.',
});
export const updateInvalid = defineError({
  code: 'document.invalid-update',
  kind: 'invalid',
  title: 'This is not a change that the document can take.',
});
export const foreignClient = defineError({
  code: 'document.foreign-client',
  kind: 'forbidden',
  title: 'This change is made under the id of a Yjs client that belongs to another user.',
});
export const exportTooLarge = defineError({
  code: 'document.export-too-large',
  kind: 'too-large',
  title: 'Written out, the document would be larger than an export may be.',
});
