import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { Inject, Logger, type OnModuleDestroy, type Type } from '@nestjs/common';
import type { Job } from 'bullmq';
import { WARN_DRIFT_MS } from '../clock/clock-drift.js';
import { databaseNow } from '../clock/database-clock.js';
import type { JobDefinition, JobHandler } from './define-job.js';
import { isRedisGone } from './queue-backend.js';
import { QueueOutage } from './queue-outage.js';

/**
 * A job whose worker died is taken over when its lock has run out and the next check for stalled jobs comes by: within
 * 15 s. BullMQ's own 30 s + 30 s would be a minute.
 */
const LOCK_MS = 10_000;
const STALLED_CHECK_MS = 5_000;

const OPTIONS = {
  lockDuration: LOCK_MS,
  stalledInterval: STALLED_CHECK_MS,
  maxStalledCount: 10,
  // A wake-up can be lost with its connection: look for jobs by ourselves this often (seconds).
  drainDelay: 5,
};

/** One `@Processor` class for one kind of job. */
export function workerFor<Payload>(job: JobDefinition<Payload>, handler: Type<JobHandler<Payload>>): Type {
  @Processor(job.queue, { concurrency: job.concurrency, ...OPTIONS })
  class JobWorker extends WorkerHost implements OnModuleDestroy {
    private readonly logger = new Logger(`worker ${job.queue}`);

    constructor(
      @Inject(handler) private readonly handler: JobHandler<Payload>,
      @Inject(QueueOutage) private readonly outage: QueueOutage,
    ) {
      super();
    }

    override async process(run: Job): Promise<void> {
      if (isEarly(run)) return;
      const { data, attemptsStarted, stalledCounter } = run;
      await this.handler.handle(job.payload.parse(data), { again: attemptsStarted > 1 || stalledCounter > 0 });
    }

    /** Asked again later, it is closing already. No job is under way whose end Redis could be told of. */
    onModuleDestroy(): void {
      if (isRedisGone()) void this.worker.close(true).catch((error: Error) => this.outage.seen(error));
    }

    @OnWorkerEvent('error')
    onError(error: Error): void {
      this.outage.seen(error);
    }

    @OnWorkerEvent('failed')
    onFailed(failed: Job | undefined, error: Error): void {
      this.logger.warn({ msg: 'a job failed', jobId: failed?.id, err: error });
    }
  }
  return JobWorker;
}

/** BullMQ ends delays by this process's clock. An early job is a lost hint: a sweep finds the row when it is due. */
function isEarly({ attemptsStarted, timestamp, opts }: Job): boolean {
  return attemptsStarted === 1 && timestamp + (opts.delay ?? 0) > databaseNow() + WARN_DRIFT_MS;
}
