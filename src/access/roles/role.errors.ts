import { defineError } from '../../platform/errors.js';

export const roleNotFound = defineError({
  code: 'role.not-found',
  kind: 'not-found',
  title: 'The workspace has no such role.',
});

/** For a role in a request to add or change a member. */
export const roleUnknown = defineError({
  code: 'role.unknown',
  kind: 'invalid',
  title: 'The workspace has no role with this name.',
});

export const roleBuiltIn = defineError({
  code: 'role.built-in',
  kind: 'conflict',
  title: 'Built-in roles cannot be changed or replaced.',
});

export const roleTaken = defineError({
  code: 'role.name-taken',
  kind: 'conflict',
  title: 'The workspace already has a role with this name.',
});

export const roleInUse = defineError({
  code: 'role.in-use',
  kind: 'conflict',
  title: 'Members have this role; assign them another role first.',
});

export const tooManyRoles = defineError({
  code: 'role.too-many',
  kind: 'conflict',
  title: 'The workspace has reached its maximum number of custom roles.',
});
