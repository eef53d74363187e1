import { z } from 'zod';
import { defineJob } from '../../platform/queues/define-job.js';

const payload = z.object({ deliveryIds: z.array(z.uuid()).min(1).max(500) });

export type ProcessDeliveriesPayload = z.infer<typeof payload>;

/** "These rows of the inbox want to be processed." One at a time, so that events come in the order of the deliveries. */
export const processDeliveries = defineJob({ queue: 'deliveries', payload, concurrency: 1 });
