import { Inject, Injectable } from '@nestjs/common';
import { Access } from '../../access/public/access.js';
import type { RequestActor } from '../../identity/public/caller.js';
import { Audit } from '../../platform/audit/audit.js';
import type { JobQueue } from '../../platform/queues/job-queue.js';
import { queueOf } from '../../platform/queues/queues.module.js';
import { WEBHOOKS_MANAGE } from '../../webhooks/public/webhooks.declarations.js';
import { MessageStore } from './message.store.js';
import { sendMessages, type SendMessagesPayload } from './send-messages.job.js';

interface Replay {
  readonly actor: RequestActor;
  readonly workspaceId: string;
  readonly endpointId: string;
}

/** Sends messages again under the same ids. Their earlier attempts stay recorded. */
@Injectable()
export class ReplayMessages {
  constructor(
    private readonly access: Access,
    private readonly audit: Audit,
    private readonly messages: MessageStore,
    @Inject(queueOf(sendMessages)) private readonly jobs: JobQueue<SendMessagesPayload>,
  ) {}

  /**
   * @param messageId null: every failed message of the endpoint, at most 10,000
   * @returns the number of messages
   */
  async run({ actor, workspaceId, endpointId }: Replay, messageId: string | null): Promise<number> {
    const replayed = await this.access.transaction(actor.principal, workspaceId, WEBHOOKS_MANAGE, async (tx) => {
      const count = await this.messages.reset(tx, endpointId, messageId);
      const target = messageId ?? endpointId;
      const after = { replayed: count };
      if (count > 0) await this.audit.record(tx, { action: 'message.replayed', actor, workspaceId, target, after });
      return count;
    });
    // A lost job is harmless: the sweep finds messages without one.
    if (replayed > 0) await this.jobs.add({ endpointIds: [endpointId] }).catch(() => undefined);
    return replayed;
  }
}
