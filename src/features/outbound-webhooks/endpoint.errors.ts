import { defineError } from '../../platform/errors.js';

export const endpointNotFound = defineError({
  code: 'endpoint.not-found',
  kind: 'not-found',
  title: 'There is no such endpoint.',
});
export const endpointTooMany = defineError({
  code: 'endpoint.too-many',
  kind: 'conflict',
  title: 'This workspace has reached the maximum number of endpoints.',
});
export const eventTypeUnknown = defineError({
  code: 'endpoint.unknown-event-type',
  kind: 'invalid',
  title: 'There is no event type with this name.',
});
export const endpointSourceUnknown = defineError({
  code: 'endpoint.unknown-source',
  kind: 'invalid',
  title: 'The workspace has no source with this id.',
});
export const endpointDisabled = defineError({
  code: 'endpoint.disabled',
  kind: 'conflict',
  title: 'This endpoint is disabled. Enable it first.',
});
export const messageNotFound = defineError({
  code: 'message.not-found',
  kind: 'not-found',
  title: 'There is no such message.',
});
export const messageReplayNotFound = defineError({
  code: 'message.replay-not-found',
  kind: 'not-found',
  title: 'There is no such replay of messages.',
});
export const messageReplayRunning = defineError({
  code: 'message.replay-running',
  kind: 'conflict',
  title: 'A replay of this endpoint is running: wait for it, or cancel it.',
});
