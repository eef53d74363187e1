import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Config } from '../../../platform/config/config.js';
import { Database } from '../../../platform/database/database.js';
import { deleteInPieces } from '../../../platform/database/delete-in-pieces.js';
import type { JobQueue } from '../../../platform/queues/job-queue.js';
import { queueOf } from '../../../platform/queues/queues.module.js';
import { repeat } from '../../../platform/repeat/repeat.js';
import { jobsOf, Pushes } from './pushes.js';
import { SendPushes } from './send-pushes.js';
import { sendPushes, type SendPushesPayload } from './send-pushes.job.js';

const SWEEP_MS = 5_000;
const FORGET_MS = 600_000;
const OVERDUE_SECONDS = 3;
const FOUND_AT_ONCE = 1_000;
/** With this many jobs waiting, pushes are late and not lost. */
const BUSY_BACKLOG = 100;

/** Looks by itself for pushes whose job was lost or whose quiet hours are over, and for notifications that are too old. */
@Injectable()
export class SweepPushes implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(SweepPushes.name);
  private stops: Array<() => Promise<void>> = [];
  private stopped = false;

  constructor(
    private readonly pushes: Pushes,
    private readonly database: Database,
    private readonly config: Config,
    @Inject(queueOf(sendPushes)) private readonly jobs: JobQueue<SendPushesPayload>,
    private readonly handler: SendPushes,
  ) {}

  onApplicationBootstrap(): void {
    const onError = (error: unknown) => this.logger.warn({ msg: 'looking for pushes failed', err: error });
    this.stops = [repeat(SWEEP_MS, () => this.sweep(), onError), repeat(FORGET_MS, () => this.forgetOld(), onError)];
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.stops.map((stop) => stop()));
  }

  async sweep(): Promise<void> {
    if ((await this.jobs.backlog()) > BUSY_BACKLOG) return;
    const pushIds = await this.pushes.overdue(OVERDUE_SECONDS, FOUND_AT_ONCE);
    for (const job of jobsOf(pushIds)) await this.jobs.addOrRun(job, this.handler);
  }

  async forgetOld(): Promise<void> {
    await deleteInPieces(
      this.database,
      `DELETE FROM notifications WHERE id IN (
         SELECT id FROM notifications WHERE created_at < now() - make_interval(days => $1) ORDER BY created_at LIMIT $2)
       RETURNING 1`,
      [this.config.notificationRetentionDays],
      () => this.stopped,
    );
  }
}
