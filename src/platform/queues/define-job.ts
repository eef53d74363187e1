import type { ZodType } from 'zod';

/**
 * A kind of job: one queue, one payload, exactly one handler. A job is a hint that a database row needs work. It may be
 * lost or run twice; the row determines the remaining work.
 */
export interface JobDefinition<Payload> {
  /** Plural noun. */
  readonly queue: string;
  readonly payload: ZodType<Payload>;
  /** Concurrent jobs per worker process. */
  readonly concurrency: number;
}

const declared = new Set<string>();

/** The names of the queues of all kinds of jobs, sorted. */
export const declaredQueues = (): string[] => [...declared].toSorted();

export function defineJob<Payload>(definition: JobDefinition<Payload>): JobDefinition<Payload> {
  declared.add(definition.queue);
  return definition;
}

/** Information about this run of a job. */
export interface JobRun {
  /** True when an earlier run crashed or failed: the payload may be the cause. */
  readonly again: boolean;
}

export interface JobHandler<Payload> {
  /** Must be idempotent. A thrown error retries the job with exponential backoff. */
  handle(payload: Payload, run: JobRun): Promise<void>;
}
