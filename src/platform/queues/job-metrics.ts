import type { Job } from 'bullmq';
import { databaseNow } from '../clock/database-clock.js';
import type { Metrics } from '../metrics/metrics.js';

/** To five minutes: workers that are too few let jobs wait longer than a response may take. */
const WAIT_SECONDS = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
/** A run ends with its calls to backends and receivers, which end within seconds. */
const RUN_SECONDS = [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** The figures of one queue in this worker. */
export class JobMetrics {
  private readonly wait;
  private readonly run;
  private readonly runs;

  constructor(
    metrics: Metrics,
    private readonly queue: string,
  ) {
    this.wait = metrics.histogram({
      name: 'tidings_job_wait_seconds',
      help: 'Time from when a job is due to the start of its first run.',
      labels: ['queue'],
      buckets: WAIT_SECONDS,
    });
    this.run = metrics.histogram({
      name: 'tidings_job_run_seconds',
      help: 'Time that a run of a job takes, whether it ends or fails.',
      labels: ['queue'],
      buckets: RUN_SECONDS,
    });
    this.runs = metrics.counter({
      name: 'tidings_jobs_total',
      help: 'Runs of jobs: `done`, or `failed`, which is retried a few times.',
      labels: ['queue', 'outcome'],
    });
  }

  /** Runs a job, and counts it as `done` when it ends; `failed` counts the others. */
  async measure({ attemptsStarted, timestamp, opts }: Job, work: () => Promise<void>): Promise<void> {
    if (attemptsStarted <= 1) {
      const waitedMs = databaseNow() - timestamp - (opts.delay ?? 0);
      this.wait.observe({ queue: this.queue }, Math.max(0, waitedMs) / 1_000);
    }
    const stopTimer = this.run.startTimer({ queue: this.queue });
    try {
      await work();
    } finally {
      stopTimer();
    }
    this.runs.inc({ queue: this.queue, outcome: 'done' });
  }

  failed(): void {
    this.runs.inc({ queue: this.queue, outcome: 'failed' });
  }
}
