import { Inject, Injectable, Logger } from '@nestjs/common';
import { channelName } from '../../access/public/define-channel-kind.js';
import { Config } from '../../platform/config/config.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { draftEvent, EventLog, type EventDraft } from '../../platform/events/event-log.js';
import type { JobHandler, JobRun } from '../../platform/queues/define-job.js';
import { outcomeOf } from '../../platform/queues/job-outcome.js';
import type { JobQueue } from '../../platform/queues/job-queue.js';
import { queueOf } from '../../platform/queues/queues.module.js';
import { failedTitle, webhookFailed, webhookReceived, webhooksChannel } from '../public/webhooks.declarations.js';
import { Providers } from '../providers/providers.js';
import type { Description } from '../providers/provider.js';
import {
  claimAlone,
  claimTogether,
  failureText,
  recordFailure,
  recordProcessed,
  type ClaimedDelivery,
} from './delivery-records.js';
import { processDeliveries, type ProcessDeliveriesPayload } from './process-deliveries.job.js';
import { retryDelayMs } from './retry-delay.js';

/** A delivery whose worker died this often without a word is what killed it. */
const MAX_DEATHS = 3;

/** What one transaction takes on: enough to pay for its commit, little enough to be seen soon. */
const MAX_TOGETHER = 200;

type Processed = ClaimedDelivery & { readonly description: Description; readonly event: EventDraft | undefined };

/** Turns stored deliveries into records and events: a batch in one transaction, and whatever fails alone. */
@Injectable()
export class ProcessDeliveries implements JobHandler<ProcessDeliveriesPayload> {
  private readonly logger = new Logger(ProcessDeliveries.name);

  constructor(
    private readonly database: Database,
    private readonly log: EventLog,
    private readonly providers: Providers,
    private readonly config: Config,
    @Inject(queueOf(processDeliveries)) private readonly jobs: JobQueue<ProcessDeliveriesPayload>,
  ) {}

  async handle({ deliveryIds }: ProcessDeliveriesPayload, { again }: JobRun): Promise<void> {
    if (!again) return this.together(deliveryIds, MAX_TOGETHER);
    // One of them may have broken the run before, or the process: each has its own transaction, and its try on record.
    for (const id of deliveryIds) await this.alone(id);
  }

  private async together(ids: readonly string[], max: number): Promise<void> {
    await this.database.transaction(async (tx) => this.process(tx, await claimTogether(tx, ids, max)));
  }

  private async alone(id: string): Promise<void> {
    const tries = await claimAlone(this.database, id);
    if (tries === undefined) return;
    if (tries.deaths > MAX_DEATHS) {
      await this.setBack(id, 'The worker died each time it processed this delivery.', undefined);
      return;
    }
    try {
      await this.together([id], 1);
    } catch (error) {
      await this.fail(id, tries.attempts + 1, error);
    }
  }

  private async process(tx: Transaction, claimed: readonly ClaimedDelivery[]): Promise<void> {
    const processed: Processed[] = [];
    for (const delivery of claimed) {
      try {
        processed.push(this.describe(delivery));
      } catch (error) {
        tx.afterCommit(() => void this.fail(delivery.id, delivery.attempts + 1, error).catch(() => undefined));
      }
    }
    await recordProcessed(tx, processed);
    await this.log.append(
      tx,
      processed.flatMap(({ event }) => event ?? []),
    );
    tx.afterCommit(() => this.logProcessed(processed));
  }

  private describe(delivery: ClaimedDelivery): Processed {
    const { id: deliveryId, sourceId, workspaceId, headers, body } = delivery;
    const provider = this.providers.find(delivery.provider);
    if (provider === undefined) throw new Error(`There is no provider ${delivery.provider} any more.`);
    const description = provider.describe({ headers, body, url: '' });
    if (delivery.hasEvent || delivery.isReplayed) return { ...delivery, description, event: undefined };
    const payload = { deliveryId, sourceId, provider: provider.name, ...description };
    const channel = channelName(webhooksChannel.noun, workspaceId);
    return { ...delivery, description, event: draftEvent(webhookReceived, channel, payload) };
  }

  private async fail(id: string, attempts: number, error: unknown): Promise<void> {
    const reason = error instanceof Error ? error.message : 'unknown';
    const final = outcomeOf(error) === 'discard' || attempts >= this.config.deliveryAttempts;
    const delayMs = final ? undefined : retryDelayMs(attempts);
    await this.setBack(id, reason, delayMs);
    this.logger.warn({
      msg: final ? 'delivery failed' : 'delivery will be tried again',
      deliveryId: id,
      attempts,
      reason,
    });
    // A lost job is found by the sweep, once the delivery is due.
    if (delayMs !== undefined) await this.jobs.add({ deliveryIds: [id] }, delayMs).catch(() => undefined);
  }

  private async setBack(deliveryId: string, reason: string, delayMs: number | undefined): Promise<void> {
    await this.database.transaction(async (tx) => {
      const failed = await recordFailure(tx, deliveryId, reason, delayMs);
      if (failed === undefined) return;
      const { sourceId, workspaceId, provider } = failed;
      const payload = {
        workspaceId,
        deliveryId,
        sourceId,
        provider,
        title: failedTitle(provider),
        error: failureText(reason),
      };
      await this.log.append(tx, [draftEvent(webhookFailed, channelName(webhooksChannel.noun, workspaceId), payload)]);
    });
  }

  private logProcessed(processed: readonly Processed[]): void {
    for (const { id, event } of processed) {
      this.logger.debug({ msg: 'delivery processed', deliveryId: id, eventId: event?.id });
    }
  }
}
