import { z } from 'zod';
import { defineJob } from '../../platform/queues/define-job.js';

const payload = z.object({ deliveryIds: z.array(z.uuid()).min(1).max(500) });

/** The worker loads all bodies of a job into memory. */
const MAX_BYTES_IN_JOB = 4 * 1024 * 1024;

export interface Sized {
  readonly id: string;
  readonly bytes: number;
}

/** The number of leading deliveries that fit into one job: at most `max`, and bounded in bytes. */
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

/** Sorts by id, which is the order of time. */
export const inOrder = (deliveries: readonly Sized[]): Sized[] => deliveries.toSorted((a, b) => (a.id < b.id ? -1 : 1));

/** Splits deliveries into jobs, in their order. */
export function* jobsOf(deliveries: readonly Sized[], max: number): Generator<ProcessDeliveriesPayload> {
  for (let start = 0; start < deliveries.length;) {
    const end = start + sizeOfJob(deliveries.slice(start, start + max), max);
    yield { deliveryIds: deliveries.slice(start, end).map(({ id }) => id) };
    start = end;
  }
}

export type ProcessDeliveriesPayload = z.infer<typeof payload>;

/** A hint that these deliveries are pending. One job at a time, so that events follow the order of deliveries. */
export const processDeliveries = defineJob({ queue: 'deliveries', payload, concurrency: 1 });
