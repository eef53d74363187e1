import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { Bus } from '../../platform/bus/bus.js';
import { runHintedTasks } from '../../platform/bus/run-hinted-tasks.js';
import { Database, isTransient, type Transaction } from '../../platform/database/database.js';
import type { JobQueue } from '../../platform/queues/job-queue.js';
import { queueOf } from '../../platform/queues/queues.module.js';
import { stepOf } from '../deliveries/step-of-replay.js';
import { DeliveryReplayStore, REPLAYS_TOPIC } from '../deliveries/delivery-replay.store.js';
import { DeliverySearch } from '../deliveries/delivery-search.js';
import {
  inOrder,
  jobsOf,
  processDeliveries,
  type ProcessDeliveriesPayload,
  type Sized,
} from '../deliveries/process-deliveries.job.js';

const JOB_SIZE = 100;
/** With this many jobs ahead, a replay waits, so that new deliveries are not late behind it. */
const BUSY_BACKLOG = 20;
const PAUSE_MS = 200;

/** Runs replays of many deliveries in steps, each in one transaction with the progress that it makes. */
@Injectable()
export class RunReplays implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(RunReplays.name);
  private stop = async (): Promise<void> => undefined;
  private isStopping = false;

  constructor(
    private readonly bus: Bus,
    private readonly database: Database,
    private readonly replays: DeliveryReplayStore,
    private readonly search: DeliverySearch,
    @Inject(queueOf(processDeliveries)) private readonly jobs: JobQueue<ProcessDeliveriesPayload>,
  ) {}

  onApplicationBootstrap(): void {
    this.stop = runHintedTasks(this.bus, {
      topic: REPLAYS_TOPIC,
      takeLost: () => this.replays.takeLost(),
      step: (replayId) => this.step(replayId),
      onError: (replayId, error) => this.failed(replayId, error),
      onSweepError: (error) => this.logger.warn({ msg: 'cannot sweep replays', err: error }),
    });
  }

  /** Waits for the steps under way. */
  async onModuleDestroy(): Promise<void> {
    this.isStopping = true;
    await this.stop();
  }

  private async failed(replayId: string, error: unknown): Promise<void> {
    this.logger.warn({ msg: 'a replay failed', replayId, err: error });
    // The sweep goes on with it.
    if (isTransient(error)) return;
    await this.replays.fail(replayId, error instanceof Error ? error.message : 'unknown').catch(() => undefined);
  }

  private async step(replayId: string): Promise<boolean> {
    while (!this.isStopping && (await this.jobs.backlog()) > BUSY_BACKLOG) await sleep(PAUSE_MS);
    return this.database.transaction(async (tx: Transaction) => {
      const replay = await this.replays.claim(tx, replayId);
      if (replay === undefined) return false;
      const { handed, ...step } = await stepOf(tx, replay, this.search);
      await this.replays.advance(tx, replayId, { ...step, done: handed.length });
      tx.afterCommit(() => void this.enqueue(handed));
      return step.next !== undefined;
    });
  }

  private async enqueue(handed: readonly Sized[]): Promise<void> {
    // A lost job is harmless: the sweep finds deliveries without one.
    for (const job of jobsOf(inOrder(handed), JOB_SIZE)) await this.jobs.add(job).catch(() => undefined);
  }
}
