import { z } from 'zod';
import { defineJob } from '../../platform/queues/define-job.js';

const payload = z.object({ endpointIds: z.array(z.uuid()).min(1).max(500) });

export type SendMessagesPayload = z.infer<typeof payload>;

/** "These endpoints have messages that are due." The sending goes on after the job: the rows say what is left. */
export const sendMessages = defineJob({ queue: 'messages', payload, concurrency: 1 });
