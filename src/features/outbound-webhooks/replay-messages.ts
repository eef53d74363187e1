import { Inject, Injectable } from '@nestjs/common';
import { Access } from '../../access/public/access.js';
import type { RequestActor } from '../../identity/public/caller.js';
import { Audit } from '../../platform/audit/audit.js';
import type { JobQueue } from '../../platform/queues/job-queue.js';
import { queueOf } from '../../platform/queues/queues.module.js';
import { WEBHOOKS_MANAGE } from '../../webhooks/public/webhooks.declarations.js';
import { sendMessages, type SendMessagesPayload } from './send-messages.job.js';

const REPLAYED_AT_ONCE = 10_000;

interface Replay {
  readonly actor: RequestActor;
  readonly workspaceId: string;
  readonly endpointId: string;
}

/** Has messages sent again, under their old ids and with all their attempts before them. */
@Injectable()
export class ReplayMessages {
  constructor(
    private readonly access: Access,
    private readonly audit: Audit,
    @Inject(queueOf(sendMessages)) private readonly jobs: JobQueue<SendMessagesPayload>,
  ) {}

  /** @returns how many: none, when the endpoint has no such message */
  one(replay: Replay, id: string): Promise<number> {
    return this.replay('id = $2', replay, id);
  }

  /** @returns how many */
  failed(replay: Replay): Promise<number> {
    return this.replay(`status = 'failed' AND $2::uuid IS NULL`, replay, null);
  }

  private async replay(
    condition: string,
    { actor: actor, workspaceId, endpointId }: Replay,
    messageId: string | null,
  ): Promise<number> {
    const replayed = await this.access.transaction(actor.principal, workspaceId, WEBHOOKS_MANAGE, async (tx) => {
      const rows = await tx.query<{ id: string }>(
        `UPDATE messages SET status = 'pending', attempts = 0, error = NULL, due_at = now(), settled_at = NULL
         WHERE id IN (SELECT id FROM messages WHERE endpoint_id = $1 AND ${condition} ORDER BY id LIMIT ${REPLAYED_AT_ONCE})
         RETURNING id`,
        [endpointId, messageId],
      );
      const target = messageId ?? endpointId;
      const after = { replayed: rows.length };
      if (rows.length > 0)
        await this.audit.record(tx, { action: 'message.replayed', actor: actor, workspaceId, target, after });
      return rows.length;
    });
    // The rows say what is to be done; without its job the sweep finds them.
    if (replayed > 0) await this.jobs.add({ endpointIds: [endpointId] }).catch(() => undefined);
    return replayed;
  }
}
