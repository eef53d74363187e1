import { Inject, Injectable } from '@nestjs/common';
import { Access } from '../../access/public/access.js';
import type { RequestActor } from '../../identity/public/caller.js';
import { databaseNow } from '../../platform/clock/database-clock.js';
import { newId } from '../../platform/ids.js';
import type { JobQueue } from '../../platform/queues/job-queue.js';
import { queueOf } from '../../platform/queues/queues.module.js';
import { WEBHOOKS_MANAGE } from '../../webhooks/public/webhooks.declarations.js';
import { EndpointStore } from './endpoint.store.js';
import { endpointDisabled } from './endpoint.errors.js';
import { MessageStore } from './message.store.js';
import { sendMessages, type SendMessagesPayload } from './send-messages.job.js';

/** The type of a message that `SendTestEvent` creates. No such event is in the log. */
const TEST_TYPE = 'endpoint:test';

/** Sends a message to try an endpoint out. It is signed, retried and recorded like any other message. */
@Injectable()
export class SendTestEvent {
  constructor(
    private readonly access: Access,
    private readonly endpoints: EndpointStore,
    private readonly messages: MessageStore,
    @Inject(queueOf(sendMessages)) private readonly jobs: JobQueue<SendMessagesPayload>,
  ) {}

  /** @returns the id of the message @throws `endpoint.not-found`, `endpoint.disabled` */
  async run({ principal }: RequestActor, workspaceId: string, endpointId: string): Promise<string> {
    const id = newId();
    await this.access.transaction(principal, workspaceId, WEBHOOKS_MANAGE, async (tx) => {
      const { enabled, name } = await this.endpoints.lock(tx, workspaceId, endpointId);
      if (!enabled) throw endpointDisabled();
      const event = { id: newId(), type: TEST_TYPE };
      const data = { type: TEST_TYPE, id: event.id, payload: { endpointId, name } };
      const timestamp = new Date(databaseNow()).toISOString();
      const body = JSON.stringify({ type: TEST_TYPE, timestamp, workspaceId, data });
      await this.messages.insert(tx, [{ id, endpointId, event, permission: WEBHOOKS_MANAGE, body }]);
    });
    // A lost job is harmless: the sweep finds messages without one.
    await this.jobs.add({ endpointIds: [endpointId] }).catch(() => undefined);
    return id;
  }
}
