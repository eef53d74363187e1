import { defineError } from '../../platform/errors.js';

export const jobNotFailed = defineError({
  code: 'job.not-failed',
  kind: 'not-found',
  title: 'The queue has no failed job with this id.',
});
