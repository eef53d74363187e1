import { Inject, Injectable } from '@nestjs/common';
import { Access } from '../../access/public/access.js';
import type { RequestActor } from '../../identity/public/caller.js';
import { Audit } from '../../platform/audit/audit.js';
import type { JobQueue } from '../../platform/queues/job-queue.js';
import { queueOf } from '../../platform/queues/queues.module.js';
import { WEBHOOKS_MANAGE } from '../public/webhooks.declarations.js';
import { DeliveryStore, type ReplayedDeliveries } from './delivery.store.js';
import { inOrder, jobsOf, processDeliveries, type ProcessDeliveriesPayload } from './process-deliveries.job.js';

const JOB_SIZE = 100;

/**
 * Has deliveries processed again. A delivery with an event keeps it: the replay updates the record and publishes no
 * second event.
 */
@Injectable()
export class ReplayDeliveries {
  constructor(
    private readonly access: Access,
    private readonly audit: Audit,
    private readonly deliveries: DeliveryStore,
    @Inject(queueOf(processDeliveries)) private readonly jobs: JobQueue<ProcessDeliveriesPayload>,
  ) {}

  /**
   * Replays one delivery, those of the request, or every failed one: at most 10,000.
   * @returns the number of deliveries found in the workspace
   */
  async run(actor: RequestActor, workspaceId: string, requested: ReplayedDeliveries): Promise<number> {
    const target = 'id' in requested ? requested.id : (requested.sourceId ?? null);
    const replayed = await this.access.transaction(actor.principal, workspaceId, WEBHOOKS_MANAGE, async (tx) => {
      const found = await this.deliveries.reset(tx, workspaceId, requested);
      const after = { replayed: found.length };
      if (found.length > 0) {
        await this.audit.record(tx, { action: 'delivery.replayed', actor, workspaceId, target, after });
      }
      return inOrder(found);
    });
    // A lost job is harmless: the sweep finds deliveries without one.
    for (const job of jobsOf(replayed, JOB_SIZE)) await this.jobs.add(job).catch(() => undefined);
    return replayed.length;
  }
}
