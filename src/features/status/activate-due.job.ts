import { z } from 'zod';
import { defineJob } from '../../platform/queues/define-job.js';

const payload = z.object({});

export type ActivateDuePayload = z.infer<typeof payload>;

/** "A timer is due about now." Which one, the rows say. */
export const activateDue = defineJob({ queue: 'status-timers', payload, concurrency: 1 });
