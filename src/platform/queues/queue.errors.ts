import { defineError } from '../errors.js';

export const queueUnavailable = defineError({
  code: 'queue.unavailable',
  kind: 'unavailable',
  title: 'The queues do not answer.',
});
