import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { JobQueue } from '../../platform/queues/job-queue.js';
import { queueOf } from '../../platform/queues/queues.module.js';
import { runEvery } from '../../platform/concurrency/run-every.js';
import { ProcessDeliveries } from './process-deliveries.js';
import { DeliveryStore } from '../deliveries/delivery.store.js';
import {
  inOrder,
  jobsOf,
  processDeliveries,
  type ProcessDeliveriesPayload,
} from '../deliveries/process-deliveries.job.js';

const SWEEP_MS = 5_000;
const JOB_SIZE = 100;
/** Above this backlog deliveries are late, not lost: more jobs would delay them further. */
const BUSY_BACKLOG = 1_000;

/** Finds deliveries whose job was lost, and has them processed. */
@Injectable()
export class RescueDeliveries implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(RescueDeliveries.name);
  private stopping = false;
  private stop = async (): Promise<void> => undefined;

  constructor(
    private readonly deliveries: DeliveryStore,
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
    const lost = await this.deliveries.takeLost();
    if (lost.length > 0) this.logger.log({ msg: 'found deliveries without a job', count: lost.length });
    for (const job of jobsOf(inOrder(lost), JOB_SIZE)) {
      if (this.stopping) break;
      await this.jobs.addOrRun(job, this.handler);
    }
    return lost.length;
  }
}
