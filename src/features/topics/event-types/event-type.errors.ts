import { defineError } from '../../../platform/errors.js';

export const eventTypeNotFound = defineError({
  code: 'event-type.not-found',
  kind: 'not-found',
  title: 'The catalogue of this workspace has no such event type.',
});

export const schemaInvalid = defineError({
  code: 'event-type.invalid-schema',
  kind: 'invalid',
  title: 'This is not a JSON Schema (2020-12) that payloads can be checked against.',
});

export const eventTypesTooMany = defineError({
  code: 'event-type.too-many',
  kind: 'conflict',
  title: 'The catalogue of this workspace has reached 200 event types or 1 MiB of schemas.',
});

export const payloadInvalid = defineError({
  code: 'publish.payload-invalid',
  kind: 'invalid',
  title: 'The payload does not fit the schema that the workspace has for events of this type.',
  inFrames: true,
});
