import { Inject, Injectable } from '@nestjs/common';
import { Access } from '../../access/public/access.js';
import type { RequestActor } from '../../identity/public/caller.js';
import { Audit } from '../../platform/audit/audit.js';
import type { JobQueue } from '../../platform/queues/job-queue.js';
import { queueOf } from '../../platform/queues/queues.module.js';
import { WEBHOOKS_MANAGE } from '../public/webhooks.declarations.js';
import {
  inOrder,
  jobsOf,
  processDeliveries,
  type ProcessDeliveriesPayload,
  type Sized,
} from '../processing/process-deliveries.job.js';
import type { ReplayRequest } from './delivery.schemas.js';

const REPLAYED_AT_ONCE = 10_000;
const JOB_SIZE = 100;

interface Trail {
  readonly actor: RequestActor;
  readonly workspaceId: string;
  readonly target: string | null;
}

/** Has deliveries processed again. One that has its event keeps it: a replay renews the record and says nothing twice. */
@Injectable()
export class ReplayDeliveries {
  constructor(
    private readonly access: Access,
    private readonly audit: Audit,
    @Inject(queueOf(processDeliveries)) private readonly jobs: JobQueue<ProcessDeliveriesPayload>,
  ) {}

  /** @returns whether the workspace has such a delivery */
  async one(actor: RequestActor, workspaceId: string, id: string): Promise<boolean> {
    const condition = 'workspace_id = $1 AND id = $2';
    const replayed = await this.replay(condition, [workspaceId, id], { actor: actor, workspaceId, target: id });
    return replayed > 0;
  }

  /** Those named, or every failed one, 10,000 at the most. @returns how many */
  async many(actor: RequestActor, workspaceId: string, { sourceId, deliveryIds }: ReplayRequest): Promise<number> {
    return this.replay(
      `id IN (
         SELECT id FROM deliveries
         WHERE workspace_id = $1 AND ($2::uuid IS NULL OR source_id = $2)
           AND CASE WHEN $3::uuid[] IS NULL THEN status = 'failed' ELSE id = ANY($3) END
         ORDER BY id LIMIT ${REPLAYED_AT_ONCE})`,
      [workspaceId, sourceId ?? null, deliveryIds ?? null],
      { actor: actor, workspaceId, target: sourceId ?? null },
    );
  }

  private async replay(condition: string, parameters: readonly unknown[], trail: Trail): Promise<number> {
    const { actor: actor, workspaceId } = trail;
    const replayed = await this.access.transaction(actor.principal, workspaceId, WEBHOOKS_MANAGE, async (tx) => {
      const rows = await tx.query<Sized>(
        `UPDATE deliveries SET status = 'received', attempts = 0, deaths = 0, error = NULL, due_at = now()
         WHERE ${condition} RETURNING id, octet_length(body) AS bytes`,
        parameters,
      );
      const after = { replayed: rows.length };
      if (rows.length > 0) await this.audit.record(tx, { action: 'delivery.replayed', ...trail, after });
      return inOrder(rows);
    });
    await this.announce(replayed).catch(() => undefined);
    return replayed.length;
  }

  /** The rows say what is to be done; without their jobs the sweep finds them. */
  private async announce(deliveries: readonly Sized[]): Promise<void> {
    for (const job of jobsOf(deliveries, JOB_SIZE)) await this.jobs.add(job);
  }
}
