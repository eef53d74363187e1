import { defineError } from '../../platform/errors.js';

export const endpointNotFound = defineError({
  code: 'endpoint.not-found',
  kind: 'not-found',
  title: 'There is no such endpoint.',
});
export const endpointTooMany = defineError({
  code: 'endpoint.too-many',
  kind: 'conflict',
  title: 'This workspace has as many endpoints as one can have.',
});
export const eventTypeUnknown = defineError({
  code: 'endpoint.unknown-event-type',
  kind: 'invalid',
  title: 'No event of a workspace has this name.',
});
export const messageNotFound = defineError({
  code: 'message.not-found',
  kind: 'not-found',
  title: 'There is no such message.',
});
