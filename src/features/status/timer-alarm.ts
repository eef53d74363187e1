import { Inject, Injectable, Logger } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import type { JobQueue } from '../../platform/queues/job-queue.js';
import { queueOf } from '../../platform/queues/queues.module.js';
import { activateDue, type ActivateDuePayload } from './activate-due.job.js';

/** Longer than the pause between two looks at the timers: each is looked at in time to get an alarm. */
const AHEAD_SECONDS = 5;
/** An alarm that goes off a moment too early would be for nothing. */
const LATER_MS = 10;

/**
 * Has the timers looked at when the next one is due. One alarm serves however many wait, and one that is due later than
 * soon needs none yet: a hundred thousand of them are rows and no jobs. An alarm that is lost costs seconds.
 */
@Injectable()
export class TimerAlarm {
  private readonly logger = new Logger(TimerAlarm.name);
  private looking: Promise<void> | undefined;
  private again = false;

  constructor(
    private readonly database: Database,
    @Inject(queueOf(activateDue)) private readonly jobs: JobQueue<ActivateDuePayload>,
  ) {}

  /** Never throws, and nothing needs to wait for it; asked many times at once, it looks once more. */
  set(): void {
    this.again = true;
    this.looking ??= this.look().finally(() => (this.looking = undefined));
  }

  private async look(): Promise<void> {
    while (this.again) {
      this.again = false;
      await this.setNext().catch((error: unknown) => {
        // QueueOutage says once that the queue can't be used; timers are looked at without an alarm.
        this.logger.debug({ msg: 'no alarm for the next timer', reason: error instanceof Error ? error.message : '' });
      });
    }
  }

  private async setNext(): Promise<void> {
    const [next] = await this.database.query<{ dueAt: string; inMs: number }>(
      `SELECT (extract(epoch FROM activate_at) * 1000)::bigint AS "dueAt",
         (extract(epoch FROM activate_at - clock_timestamp()) * 1000)::float8 AS "inMs"
       FROM user_statuses
       WHERE status = 'pending' AND activate_at < now() + make_interval(secs => $1)
       ORDER BY activate_at LIMIT 1`,
      [AHEAD_SECONDS],
    );
    if (next === undefined) return;
    const delayMs = Math.max(0, Math.ceil(next.inMs)) + LATER_MS;
    // Every process that looks meanwhile means the same alarm.
    await this.jobs.add({}, delayMs, next.inMs > 0 ? `at-${next.dueAt}` : undefined);
  }
}
