import { z } from 'zod';
import { defineJob } from '../../platform/queues/define-job.js';

const payload = z.object({});

export type ActivateDuePayload = z.infer<typeof payload>;

/** Wakes a worker when a timer is about due. The job carries no timer: the worker reads the due rows. */
export const activateDue = defineJob({ queue: 'status-timers', payload, concurrency: 1 });
