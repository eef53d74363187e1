import type { Job } from 'bullmq';
import { databaseNow } from '../clock/database-clock.js';
import type { Metrics } from '../metrics/metrics.js';

/** The figures of one queue in this worker. */
export class JobMetrics {
  private readonly wait;
  private readonly runs;

  constructor(
    metrics: Metrics,
    private readonly queue: string,
  ) {
    this.wait = metrics.histogram({
      name: 'tidings_job_wait_seconds',
      help: 'Time from when a job is due to the start of its first run.',
      labels: ['queue'],
    });
    this.runs = metrics.counter({
      name: 'tidings_jobs_total',
      help: 'Runs of jobs: `done`, or `failed`, which is retried a few times.',
      labels: ['queue', 'outcome'],
    });
  }

  started({ attemptsStarted, timestamp, opts }: Job): void {
    if (attemptsStarted > 1) return;
    const waitedMs = databaseNow() - timestamp - (opts.delay ?? 0);
    this.wait.observe({ queue: this.queue }, Math.max(0, waitedMs) / 1_000);
  }

  ended(outcome: 'done' | 'failed'): void {
    this.runs.inc({ queue: this.queue, outcome });
  }
}
