import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { Inject, Logger, type OnModuleDestroy, type Type } from '@nestjs/common';
import type { Job } from 'bullmq';
import { WARN_DRIFT_MS } from '../clock/clock-drift.js';
import { databaseNow } from '../clock/database-clock.js';
import type { JobDefinition, JobHandler } from './define-job.js';
import { isRedisUnavailable } from './queue-backend.js';
import { Metrics } from '../metrics/metrics.js';
import { JobMetrics } from './job-metrics.js';
import { QueueOutage } from './queue-outage.js';

/**
 * A crashed worker's job is taken over within 15 s, when its lock has expired and the next check for stalled jobs runs.
 * BullMQ's defaults of 30 s + 30 s would take a minute.
 */
const LOCK_MS = 10_000;
const STALLED_CHECK_MS = 5_000;

const OPTIONS = {
  lockDuration: LOCK_MS,
  stalledInterval: STALLED_CHECK_MS,
  maxStalledCount: 10,
  // A hint can be lost with its connection, so workers poll at this interval (seconds).
  drainDelay: 5,
};

/** A `@Processor` class for one kind of job. */
export function workerFor<Payload>(job: JobDefinition<Payload>, handler: Type<JobHandler<Payload>>): Type {
  @Processor(job.queue, { concurrency: job.concurrency, ...OPTIONS })
  class JobWorker extends WorkerHost implements OnModuleDestroy {
    private readonly logger = new Logger(`worker ${job.queue}`);
    private readonly metrics: JobMetrics;

    constructor(
      @Inject(handler) private readonly handler: JobHandler<Payload>,
      @Inject(QueueOutage) private readonly outage: QueueOutage,
      @Inject(Metrics) metrics: Metrics,
    ) {
      super();
      this.metrics = new JobMetrics(metrics, job.queue);
    }

    override async process(run: Job): Promise<void> {
      if (isEarly(run)) return;
      await this.metrics.measure(run, () =>
        this.handler.handle(job.payload.parse(run.data), { again: isRepeated(run) }),
      );
    }

    /** Forces the close when Redis is unavailable: BullMQ would wait for it to record the running jobs. */
    onModuleDestroy(): void {
      if (isRedisUnavailable()) void this.worker.close(true).catch((error: Error) => this.onError(error));
    }

    @OnWorkerEvent('error')
    onError(error: Error): void {
      this.outage.record(error);
    }

    @OnWorkerEvent('failed')
    onFailed(failed: Job | undefined, error: Error): void {
      this.metrics.failed();
      this.logger.warn({ msg: 'a job failed', jobId: failed?.id, err: error });
    }
  }
  return JobWorker;
}

const isRepeated = ({ attemptsStarted, stalledCounter }: Job): boolean => attemptsStarted > 1 || stalledCounter > 0;

/** BullMQ ends delays by the local clock. An early job is dropped like a lost hint: a sweep finds the row when due. */
function isEarly({ attemptsStarted, timestamp, opts }: Job): boolean {
  return attemptsStarted === 1 && timestamp + (opts.delay ?? 0) > databaseNow() + WARN_DRIFT_MS;
}
