import { defineError } from '../../platform/errors.js';

export const documentNotFound = defineError({
  code: 'document.not-found',
  kind: 'not-found',
  title: 'This document does not exist.',
});
export const versionNotFound = defineError({
  code: 'document.version-not-found',
  kind: 'not-found',
  title: 'The document does not have this version.',
});
export const documentTooLarge = defineError({
  code: 'document.too-large',
  kind: 'too-large',
  title: 'The change would make the document larger than the maximum.',
});
export const updateTooLarge = defineError({
  code: 'document.update-too-large',
  kind: 'too-large',
  title: 'One piece of content is larger than the maximum.',
});
export const updateInvalid = defineError({
  code: 'document.invalid-update',
  kind: 'invalid',
  title: 'The document cannot apply this change.',
});
export const foreignClient = defineError({
  code: 'document.foreign-client',
  kind: 'forbidden',
  title: 'This change uses the id of a Yjs client that belongs to another user.',
});
export const exportTooLarge = defineError({
  code: 'document.export-too-large',
  kind: 'too-large',
  title: 'The exported document would be larger than the maximum.',
});
