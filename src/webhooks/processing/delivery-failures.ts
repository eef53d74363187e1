import { Inject, Injectable, Logger } from '@nestjs/common';
import { backoffMs } from '../../platform/concurrency/backoff.js';
import { Config } from '../../platform/config/config.js';
import { Database } from '../../platform/database/database.js';
import { draftEvent, EventLog } from '../../platform/events/event-log.js';
import { outcomeOf } from '../../platform/queues/job-outcome.js';
import type { JobQueue } from '../../platform/queues/job-queue.js';
import { queueOf } from '../../platform/queues/queues.module.js';
import { DeliveryStore, type Failure } from '../deliveries/delivery.store.js';
import { failureText } from '../deliveries/failure-text.js';
import { processDeliveries, type ProcessDeliveriesPayload } from '../deliveries/process-deliveries.job.js';
import { failedTitle, webhookFailed, webhooksChannelOf } from '../public/webhooks.declarations.js';

const BACKOFF = { firstMs: 1_000, maxMs: 600_000 };

export interface FailedAttempt {
  readonly error: unknown;
  readonly ms: number;
}

/** Records failed attempts: schedules a retry, or sets the delivery to failed and publishes an event. */
@Injectable()
export class DeliveryFailures {
  private readonly logger = new Logger(DeliveryFailures.name);

  constructor(
    private readonly database: Database,
    private readonly deliveries: DeliveryStore,
    private readonly log: EventLog,
    private readonly config: Config,
    @Inject(queueOf(processDeliveries)) private readonly jobs: JobQueue<ProcessDeliveriesPayload>,
  ) {}

  /** @param attempts including the one that failed */
  async record(deliveryId: string, attempts: number, { error, ms }: FailedAttempt): Promise<void> {
    const reason = error instanceof Error ? error.message : 'unknown';
    const isFinal = outcomeOf(error) === 'discard' || attempts >= this.config.deliveryAttempts;
    const retryInMs = isFinal ? undefined : backoffMs(attempts, BACKOFF);
    await this.store(deliveryId, { reason, ms, retryInMs });
    const msg = isFinal ? 'delivery failed' : 'delivery will be retried';
    this.logger.warn({ msg, deliveryId, attempts, reason });
    // If this job is lost, the sweep finds the delivery once it is due.
    if (retryInMs !== undefined) await this.jobs.add({ deliveryIds: [deliveryId] }, retryInMs).catch(() => undefined);
  }

  async recordPoison(deliveryId: string): Promise<void> {
    const reason = 'The worker crashed each time it processed this delivery.';
    await this.store(deliveryId, { reason, ms: undefined, retryInMs: undefined });
  }

  private async store(deliveryId: string, failure: Failure): Promise<void> {
    await this.database.transaction(async (tx) => {
      const failed = await this.deliveries.recordFailure(tx, deliveryId, failure);
      if (failed === undefined) return;
      const { sourceId, workspaceId, provider, channelPath, isTest } = failed;
      const title = failedTitle(provider);
      const told = { workspaceId, deliveryId, sourceId, provider, title, error: failureText(failure.reason) };
      const payload = isTest ? { ...told, test: true as const } : told;
      await this.log.append(tx, [draftEvent(webhookFailed, webhooksChannelOf(workspaceId, channelPath), payload)]);
    });
  }
}
