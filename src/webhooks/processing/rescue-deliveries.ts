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
/** Above this backlog, deliveries are late rather than lost: more jobs would add to the delay. */
const BUSY_BACKLOG = 1_000;

/** Finds deliveries whose job was lost, and enqueues them again. */
@Injectable()
export class RescueDeliveries implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(RescueDeliveries.name);
  private isStopping = false;
  private stop = async (): Promise<void> => undefined;

  constructor(
    private readonly deliveries: DeliveryStore,
    @Inject(queueOf(processDeliveries)) private readonly jobs: JobQueue<ProcessDeliveriesPayload>,
    private readonly handler: ProcessDeliveries,
  ) {}

  onApplicationBootstrap(): void {
    const onError = (error: unknown) => this.logger.warn({ msg: 'cannot sweep deliveries', err: error });
    this.stop = runEvery(SWEEP_MS, () => this.requeueLost(), onError);
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopping = true;
    await this.stop();
  }

  /** @returns the number of deliveries that got a new job, or were processed here because there is no queue */
  async requeueLost(): Promise<number> {
    if ((await this.jobs.backlog()) > BUSY_BACKLOG) return 0;
    const lost = await this.deliveries.takeLost();
    if (lost.length > 0) this.logger.log({ msg: 'found deliveries without a job', count: lost.length });
    for (const job of jobsOf(inOrder(lost), JOB_SIZE)) {
      if (this.isStopping) break;
      await this.jobs.addOrRun(job, this.handler);
    }
    return lost.length;
  }
}
