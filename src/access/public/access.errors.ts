import { defineError } from '../../platform/errors.js';

/** Also for an existing workspace, so that its existence is not revealed to non-members. */
export const workspaceNotFound = defineError({
  code: 'workspace.not-found',
  kind: 'not-found',
  title: 'There is no such workspace.',
  inFrames: true,
});

export const permissionDenied = defineError({
  code: 'permission.denied',
  kind: 'forbidden',
  title: 'You lack the required permission.',
  inFrames: true,
});
