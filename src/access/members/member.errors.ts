import { defineError } from '../../platform/errors.js';

export const memberNotFound = defineError({
  code: 'member.not-found',
  kind: 'not-found',
  title: 'This user is not a member of the workspace.',
});

export const ownerRequired = defineError({
  code: 'member.owner-required',
  kind: 'forbidden',
  title: 'Only an owner may add, change or remove an owner.',
});

export const ownerDenied = defineError({
  code: 'member.owner-denied',
  kind: 'invalid',
  title: 'Owners cannot be denied the permission to manage members.',
});
