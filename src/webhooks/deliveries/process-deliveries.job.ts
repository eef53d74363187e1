import { z } from 'zod';
import { defineJob } from '../../platform/queues/define-job.js';

const payload = z.object({ deliveryIds: z.array(z.uuid()).min(1).max(500) });

/** The worker reads all bodies of a job at once. */
const MAX_BYTES_IN_JOB = 4 * 1024 * 1024;

export interface Sized {
  readonly id: string;
  readonly bytes: number;
}

/** How many of the first of these make one job: up to `most`, and no more bytes than a worker takes at once. */
export function sizeOfJob(deliveries: readonly Sized[], max: number): number {
  let bytes = 0;
  let count = 0;
  for (const delivery of deliveries.slice(0, max)) {
    bytes += delivery.bytes;
    if (count > 0 && bytes > MAX_BYTES_IN_JOB) break;
    count += 1;
  }
  return count;
}

/** By their ids, which follow the time. */
export const inOrder = (deliveries: readonly Sized[]): Sized[] => deliveries.toSorted((a, b) => (a.id < b.id ? -1 : 1));

/** In jobs of that size, in their order. */
export function* jobsOf(deliveries: readonly Sized[], max: number): Generator<ProcessDeliveriesPayload> {
  for (let start = 0; start < deliveries.length;) {
    const end = start + sizeOfJob(deliveries.slice(start, start + max), max);
    yield { deliveryIds: deliveries.slice(start, end).map(({ id }) => id) };
    start = end;
  }
}

export type ProcessDeliveriesPayload = z.infer<typeof payload>;

/** "These rows of the inbox want to be processed." One at a time, so that events come in the order of the deliveries. */
export const processDeliveries = defineJob({ queue: 'deliveries', payload, concurrency: 1 });
