import type { ZodType } from 'zod';

/**
 * A kind of job: one queue, one payload, exactly one handler. A job is a hint that a row in the database wants work, so
 * it may be lost or run twice; the row says what is still to be done.
 */
export interface JobDefinition<Payload> {
  /** Plural noun. */
  readonly queue: string;
  readonly payload: ZodType<Payload>;
  /** How many jobs one worker process runs at a time. */
  readonly concurrency: number;
}

export function defineJob<Payload>(definition: JobDefinition<Payload>): JobDefinition<Payload> {
  return definition;
}

/** How this run of a job came about. */
export interface JobRun {
  /** True when an earlier run died or failed: something in the payload may be what killed it. */
  readonly again: boolean;
}

export interface JobHandler<Payload> {
  /** Must be safe to run twice. Throwing has the job tried again, with growing pauses. */
  handle(payload: Payload, run: JobRun): Promise<void>;
}
