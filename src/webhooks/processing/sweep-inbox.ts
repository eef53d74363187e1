import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import { Database } from '../../platform/database/database.js';
import { TrimLog } from '../../platform/events/trim-log.js';
import type { JobQueue } from '../../platform/queues/job-queue.js';
import { queueOf } from '../../platform/queues/queues.module.js';
import { repeat } from '../../platform/repeat/repeat.js';
import { forgetDeliveries } from './delivery-records.js';
import {
  inOrder,
  jobsOf,
  processDeliveries,
  type ProcessDeliveriesPayload,
  type Sized,
} from './process-deliveries.job.js';

const SWEEP_MS = 5_000;
const TRIM_MS = 60_000;
/** A delivery this old that nobody has in hand has lost its job. */
const LOST_AFTER_SECONDS = 10;
const LOOK_AGAIN_SECONDS = 30;
const SWEPT_AT_ONCE = 5_000;
const JOB_SIZE = 100;
/** With this many jobs waiting, deliveries are late and not lost: more jobs would only make them later. */
const BUSY_BACKLOG = 1_000;

/** Looks by itself after what nobody announced: deliveries without a job, and what is too old to keep. */
@Injectable()
export class SweepInbox implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(SweepInbox.name);
  private readonly stops: Array<() => Promise<void>> = [];
  private stopping = false;

  constructor(
    private readonly database: Database,
    private readonly trimLog: TrimLog,
    private readonly config: Config,
    @Inject(queueOf(processDeliveries)) private readonly jobs: JobQueue<ProcessDeliveriesPayload>,
  ) {}

  onApplicationBootstrap(): void {
    const onError = (error: unknown) => this.logger.warn(error instanceof Error ? error.message : 'sweep failed');
    this.stops.push(
      repeat(SWEEP_MS, () => this.requeueLost(), onError),
      repeat(TRIM_MS, () => this.forgetOld(), onError),
    );
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.stops.map((stop) => stop()));
  }

  /** @returns how many deliveries got a new job */
  async requeueLost(): Promise<number> {
    if ((await this.jobs.backlog()) > BUSY_BACKLOG) return 0;
    const lost = await this.database.query<Sized>(
      `UPDATE deliveries SET due_at = now() + make_interval(secs => $1)
       WHERE id IN (
         SELECT id FROM deliveries WHERE status = 'received' AND due_at < now() - make_interval(secs => $2)
         ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED)
       RETURNING id, octet_length(body) AS bytes`,
      [LOOK_AGAIN_SECONDS, LOST_AFTER_SECONDS, SWEPT_AT_ONCE],
    );
    if (lost.length > 0) this.logger.log({ msg: 'found deliveries without a job', count: lost.length });
    for (const job of jobsOf(inOrder(lost), JOB_SIZE)) await this.jobs.add(job);
    return lost.length;
  }

  async forgetOld(): Promise<void> {
    await this.trimLog.run({ days: this.config.eventRetentionDays, count: this.config.eventRetentionCount });
    await forgetDeliveries(this.database, this.config.deliveryRetentionDays, () => this.stopping);
  }
}
