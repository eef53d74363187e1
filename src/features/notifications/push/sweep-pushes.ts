import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { JobQueue } from '../../../platform/queues/job-queue.js';
import { queueOf } from '../../../platform/queues/queues.module.js';
import { runEvery } from '../../../platform/concurrency/run-every.js';
import { jobsOf, Pushes } from './pushes.js';
import { SendPushes } from './send-pushes.js';
import { sendPushes, type SendPushesPayload } from './send-pushes.job.js';

const SWEEP_MS = 5_000;
const OVERDUE_SECONDS = 3;
const MAX_PER_SWEEP = 1_000;
/** With this many jobs in the queue, overdue pushes are late and not lost. */
const BUSY_BACKLOG = 100;

/** Enqueues pushes whose job was lost or whose quiet hours have ended. */
@Injectable()
export class SweepPushes implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(SweepPushes.name);
  private stop = async (): Promise<void> => undefined;

  constructor(
    private readonly pushes: Pushes,
    @Inject(queueOf(sendPushes)) private readonly jobs: JobQueue<SendPushesPayload>,
    private readonly handler: SendPushes,
  ) {}

  onApplicationBootstrap(): void {
    const onError = (error: unknown) => this.logger.warn({ msg: 'sweeping overdue pushes failed', err: error });
    this.stop = runEvery(SWEEP_MS, () => this.sweep(), onError);
  }

  async onModuleDestroy(): Promise<void> {
    await this.stop();
  }

  async sweep(): Promise<void> {
    if ((await this.jobs.backlog()) > BUSY_BACKLOG) return;
    const pushIds = await this.pushes.overdue(OVERDUE_SECONDS, MAX_PER_SWEEP);
    for (const job of jobsOf(pushIds)) await this.jobs.addOrRun(job, this.handler);
  }
}
