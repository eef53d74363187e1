import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import type { JobQueue } from '../../platform/queues/job-queue.js';
import { queueOf } from '../../platform/queues/queues.module.js';
import { runEvery } from '../../platform/concurrency/run-every.js';
import { ProcessDeliveries } from './process-deliveries.js';
import {
  inOrder,
  jobsOf,
  processDeliveries,
  type ProcessDeliveriesPayload,
  type Sized,
} from './process-deliveries.job.js';

const SWEEP_MS = 5_000;
/** A delivery of this age without a worker has lost its job. */
const LOST_AFTER_SECONDS = 10;
const LOOK_AGAIN_SECONDS = 30;
const SWEPT_AT_ONCE = 5_000;
const JOB_SIZE = 100;
/** With this many jobs waiting, deliveries are late and not lost: more jobs would only make them later. */
const BUSY_BACKLOG = 1_000;

/** Finds deliveries without a job, however the job was lost, and gets them processed. */
@Injectable()
export class RescueDeliveries implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(RescueDeliveries.name);
  private stopping = false;
  private stop = async (): Promise<void> => undefined;

  constructor(
    private readonly database: Database,
    @Inject(queueOf(processDeliveries)) private readonly jobs: JobQueue<ProcessDeliveriesPayload>,
    private readonly handler: ProcessDeliveries,
  ) {}

  onApplicationBootstrap(): void {
    const onError = (error: unknown) => this.logger.warn(error instanceof Error ? error.message : 'sweep failed');
    this.stop = runEvery(SWEEP_MS, () => this.requeueLost(), onError);
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping = true;
    await this.stop();
  }

  /** @returns how many deliveries got a new job, or were processed here because there is no queue */
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
    for (const job of jobsOf(inOrder(lost), JOB_SIZE)) {
      if (this.stopping) break;
      await this.jobs.addOrRun(job, this.handler);
    }
    return lost.length;
  }
}
