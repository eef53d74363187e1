import { Injectable } from '@nestjs/common';
import { Access } from '../../access/public/access.js';
import type { RequestActor } from '../../identity/public/caller.js';
import { Audit } from '../../platform/audit/audit.js';
import { Bus } from '../../platform/bus/bus.js';
import { WEBHOOKS_MANAGE } from '../../webhooks/public/webhooks.declarations.js';
import { messageReplayNotFound, messageReplayRunning } from './endpoint.errors.js';
import { EndpointStore } from './endpoint.store.js';
import type { MessageFilter } from './message-filter.js';
import { MESSAGE_REPLAYS_TOPIC, MessageReplayStore } from './message-replay.store.js';

/** Starts and cancels replays of the messages of an endpoint. */
@Injectable()
export class ManageMessageReplays {
  constructor(
    private readonly access: Access,
    private readonly audit: Audit,
    private readonly endpoints: EndpointStore,
    private readonly replays: MessageReplayStore,
    private readonly bus: Bus,
  ) {}

  /**
   * @returns the id of the replay
   * @throws `endpoint.not-found`, `message.replay-running` while another one of the endpoint runs
   */
  async start(actor: RequestActor, workspaceId: string, endpointId: string, filter: MessageFilter): Promise<string> {
    return this.access.transaction(actor.principal, workspaceId, WEBHOOKS_MANAGE, async (tx) => {
      // The lock also excludes a second start.
      await this.endpoints.lock(tx, workspaceId, endpointId);
      if (await this.replays.isRunning(tx, endpointId)) throw messageReplayRunning();
      const id = await this.replays.create(tx, endpointId, filter);
      const after = { replay: id, filter };
      await this.audit.record(tx, { action: 'message.replayed', actor, workspaceId, target: endpointId, after });
      // A lost hint is harmless: the sweep of a worker finds the replay.
      tx.afterCommit(() => this.bus.publish(MESSAGE_REPLAYS_TOPIC, id));
      return id;
    });
  }

  /** A replay that has ended stays as it is. @throws `endpoint.not-found`, `message.replay-not-found` */
  async cancel(actor: RequestActor, workspaceId: string, endpointId: string, id: string): Promise<void> {
    await this.access.transaction(actor.principal, workspaceId, WEBHOOKS_MANAGE, async (tx) => {
      await this.endpoints.lock(tx, workspaceId, endpointId);
      if (!(await this.replays.cancel(tx, endpointId, id))) throw messageReplayNotFound();
      await this.audit.record(tx, { action: 'message.replay-cancelled', actor, workspaceId, target: id });
    });
  }
}
