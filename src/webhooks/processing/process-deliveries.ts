import { Injectable, Logger } from '@nestjs/common';
import { channelName } from '../../access/public/define-channel-kind.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { draftEvent, EventLog } from '../../platform/events/event-log.js';
import type { JobHandler, JobRun } from '../../platform/queues/define-job.js';
import { webhookReceived, webhooksChannel } from '../public/webhooks.declarations.js';
import { Providers } from '../providers/providers.js';
import { DeliveryStore, type ClaimedDelivery, type ProcessedDelivery } from '../deliveries/delivery.store.js';
import type { ProcessDeliveriesPayload } from '../deliveries/process-deliveries.job.js';
import { DeliveryFailures } from './delivery-failures.js';

/** A delivery that has crashed its worker more often is poison. */
const MAX_CRASHES = 3;

/** Large enough to amortise the commit, small enough to keep latency low. */
const MAX_BATCH = 200;

/** Turns stored deliveries into records and events: a batch per transaction, after a failure one by one. */
@Injectable()
export class ProcessDeliveries implements JobHandler<ProcessDeliveriesPayload> {
  private readonly logger = new Logger(ProcessDeliveries.name);

  constructor(
    private readonly database: Database,
    private readonly deliveries: DeliveryStore,
    private readonly log: EventLog,
    private readonly providers: Providers,
    private readonly failures: DeliveryFailures,
  ) {}

  async handle({ deliveryIds }: ProcessDeliveriesPayload, { again }: JobRun): Promise<void> {
    if (!again) return this.processBatch(deliveryIds, MAX_BATCH);
    // One delivery may have failed or crashed the previous run: each gets its own transaction and attempt.
    for (const id of deliveryIds) await this.processAlone(id);
  }

  private async processBatch(ids: readonly string[], max: number): Promise<void> {
    await this.database.transaction(async (tx) => this.process(tx, await this.deliveries.claimBatch(tx, ids, max)));
  }

  private async processAlone(id: string): Promise<void> {
    const claimed = await this.deliveries.claimOne(id);
    if (claimed === undefined) return;
    if (claimed.crashes > MAX_CRASHES) return this.failures.recordPoison(id);
    try {
      await this.processBatch([id], 1);
    } catch (error) {
      await this.failures.record(id, claimed.attempts + 1, error);
    }
  }

  private async process(tx: Transaction, claimed: readonly ClaimedDelivery[]): Promise<void> {
    const processed: ProcessedDelivery[] = [];
    for (const delivery of claimed) {
      try {
        processed.push(this.describe(delivery));
      } catch (error) {
        const { id, attempts } = delivery;
        tx.afterCommit(() => void this.failures.record(id, attempts + 1, error).catch(() => undefined));
      }
    }
    await this.deliveries.recordProcessed(tx, processed);
    await this.log.append(
      tx,
      processed.flatMap(({ event }) => event ?? []),
    );
    tx.afterCommit(() => this.logProcessed(processed));
  }

  private describe(delivery: ClaimedDelivery): ProcessedDelivery {
    const { id, sourceId, workspaceId, headers, body } = delivery;
    const provider = this.providers.find(delivery.provider);
    if (provider === undefined) throw new Error(`The provider ${delivery.provider} is no longer installed.`);
    const description = provider.describe({ headers, body, url: '' });
    if (delivery.hasEvent || delivery.isReplayed) return { id, description, event: undefined };
    const payload = { deliveryId: id, sourceId, provider: provider.name, ...description };
    const channel = channelName(webhooksChannel.noun, workspaceId);
    return { id, description, event: draftEvent(webhookReceived, channel, payload) };
  }

  private logProcessed(processed: readonly ProcessedDelivery[]): void {
    for (const { id, event } of processed) {
      this.logger.debug({ msg: 'delivery processed', deliveryId: id, eventId: event?.id });
    }
  }
}
