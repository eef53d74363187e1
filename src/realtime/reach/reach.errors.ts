import { defineError } from '../../platform/errors.js';

export const eventNotFound = defineError({
  code: 'event.not-found',
  kind: 'not-found',
  title: 'The log of this workspace has no event with this id, or no longer.',
});
