import { defineError } from '../../platform/errors.js';

export const roleNotFound = defineError({
  code: 'role.not-found',
  kind: 'not-found',
  title: 'The workspace has no such role.',
});

/** For a role that somebody is to be given. */
export const roleUnknown = defineError({
  code: 'role.unknown',
  kind: 'invalid',
  title: 'No role of this workspace has this name.',
});

export const roleBuiltIn = defineError({
  code: 'role.built-in',
  kind: 'conflict',
  title: 'The built-in roles can be neither changed nor replaced.',
});

export const roleTaken = defineError({
  code: 'role.name-taken',
  kind: 'conflict',
  title: 'The workspace has a role of this name already.',
});

export const roleInUse = defineError({
  code: 'role.in-use',
  kind: 'conflict',
  title: 'Members have this role; give them another one first.',
});

export const tooManyRoles = defineError({
  code: 'role.too-many',
  kind: 'conflict',
  title: 'The workspace has as many roles of its own as it can have.',
});
