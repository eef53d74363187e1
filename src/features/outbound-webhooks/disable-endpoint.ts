import { Injectable } from '@nestjs/common';
import { channelName } from '../../access/public/define-channel-kind.js';
import { Audit } from '../../platform/audit/audit.js';
import { SYSTEM } from '../../platform/audit/actor.js';
import type { Transaction } from '../../platform/database/database.js';
import { draftEvent, EventLog } from '../../platform/events/event-log.js';
import { webhooksChannel } from '../../webhooks/public/webhooks.declarations.js';
import { EndpointStore, type NamedEndpoint } from './endpoint.store.js';
import { endpointDisabled, endpointDisabledTitle } from './outbound-webhooks.declarations.js';
import type { DisabledReason } from './disabled-reason.js';

/** Disables endpoints on behalf of the service: audits it and publishes an event, which notifies the managers. */
@Injectable()
export class DisableEndpoint {
  constructor(
    private readonly endpoints: EndpointStore,
    private readonly log: EventLog,
    private readonly audit: Audit,
  ) {}

  /**
   * Takes effect once, even if several workers find the reason, and not after another user has taken the endpoint over.
   * Call it last in the transaction.
   */
  async run(
    tx: Transaction,
    { id: endpointId, workspaceId, name, createdBy }: Omit<NamedEndpoint, 'permissions'>,
    reason: DisabledReason,
  ): Promise<void> {
    if (!(await this.endpoints.disable(tx, { id: endpointId, createdBy }, reason))) return;
    const channel = channelName(webhooksChannel.noun, workspaceId);
    const payload = { workspaceId, endpointId, name, title: endpointDisabledTitle(name), reason };
    await this.log.append(tx, [draftEvent(endpointDisabled, channel, payload)]);
    await this.audit.record(tx, {
      action: 'endpoint.disabled',
      actor: SYSTEM,
      workspaceId,
      target: endpointId,
      before: { enabled: true },
      after: { enabled: false, disabledReason: reason },
    });
  }
}
