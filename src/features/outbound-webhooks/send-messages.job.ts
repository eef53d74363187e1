import { z } from 'zod';
import { defineJob } from '../../platform/queues/define-job.js';

const payload = z.object({ endpointIds: z.array(z.uuid()).min(1).max(500) });

export type SendMessagesPayload = z.infer<typeof payload>;

/** A hint that these endpoints have due messages. Sending continues after the job; the rows are the source of truth. */
export const sendMessages = defineJob({ queue: 'messages', payload, concurrency: 1 });
