import { z } from 'zod';
import { defineJob } from '../../../platform/queues/define-job.js';

const payload = z.object({ pushIds: z.array(z.uuid()).min(1).max(500) });

export type SendPushesPayload = z.infer<typeof payload>;

/** A hint that these pushes are due; the rows decide which of them still are. */
export const sendPushes = defineJob({ queue: 'pushes', payload, concurrency: 4 });
