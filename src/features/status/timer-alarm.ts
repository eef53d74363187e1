import { Coalescer } from '../../platform/concurrency/coalescer.js';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import type { JobQueue } from '../../platform/queues/job-queue.js';
import { queueOf } from '../../platform/queues/queues.module.js';
import { activateDue, type ActivateDuePayload } from './activate-due.job.js';

/** Longer than the polling interval, so that every timer gets its alarm in time. */
const LOOK_AHEAD_SECONDS = 5;
/** Keeps the alarm from firing before the timer is due. */
const MARGIN_MS = 10;

/**
 * Schedules one job for the next timer that is due soon, so that a hundred thousand timers are rows and not jobs. A
 * lost alarm delays a timer by seconds, until the next poll.
 */
@Injectable()
export class TimerAlarm {
  private readonly logger = new Logger(TimerAlarm.name);
  private readonly scheduling = new Coalescer(() => this.scheduleNext());

  constructor(
    private readonly database: Database,
    @Inject(queueOf(activateDue)) private readonly jobs: JobQueue<ActivateDuePayload>,
  ) {}

  /** Runs in the background and never throws. Concurrent calls are coalesced into one more run. */
  schedule(): void {
    this.scheduling.request().catch((error: unknown) => {
      // Debug level only: QueueOutage reports that the queue is unavailable, and polling works without alarms.
      const reason = error instanceof Error ? error.message : '';
      this.logger.debug({ msg: 'could not schedule the next timer', reason });
    });
  }

  private async scheduleNext(): Promise<void> {
    const [next] = await this.database.query<{ dueAt: string; inMs: number }>(
      `SELECT (extract(epoch FROM activate_at) * 1000)::bigint AS "dueAt",
         (extract(epoch FROM activate_at - clock_timestamp()) * 1000)::float8 AS "inMs"
       FROM user_statuses
       WHERE status = 'pending' AND activate_at < now() + make_interval(secs => $1)
       ORDER BY activate_at LIMIT 1`,
      [LOOK_AHEAD_SECONDS],
    );
    if (next === undefined) return;
    const delayMs = Math.max(0, Math.ceil(next.inMs)) + MARGIN_MS;
    // The due time as the job id deduplicates the alarms of concurrent processes.
    await this.jobs.add({}, delayMs, next.inMs > 0 ? `at-${next.dueAt}` : undefined);
  }
}
