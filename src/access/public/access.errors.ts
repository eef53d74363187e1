import { defineError } from '../../platform/errors.js';

/** Also for a workspace that exists: to those who aren't its members it looks no different. */
export const workspaceNotFound = defineError({
  code: 'workspace.not-found',
  kind: 'not-found',
  title: 'There is no such workspace.',
});

export const permissionDenied = defineError({
  code: 'permission.denied',
  kind: 'forbidden',
  title: 'You lack the permission that this takes.',
});
