import { Injectable } from '@nestjs/common';
import { channelName } from '../../access/public/define-channel-kind.js';
import { Audit } from '../../platform/audit/audit.js';
import { SYSTEM } from '../../platform/audit/actor.js';
import type { Transaction } from '../../platform/database/database.js';
import { draftEvent, EventLog } from '../../platform/events/event-log.js';
import { webhooksChannel } from '../../webhooks/public/webhooks.declarations.js';
import { endpointDisabled, endpointDisabledTitle } from './outbound-webhooks.declarations.js';
import type { DisabledReason } from './disabled-reason.js';

export interface DisabledEndpoint {
  readonly id: string;
  readonly workspaceId: string;
  readonly name: string;
  readonly createdBy: string | null;
}

/** Switches endpoints off without a request: the workspace is told, its managers are notified, and it is audited. */
@Injectable()
export class DisableEndpoint {
  constructor(
    private readonly log: EventLog,
    private readonly audit: Audit,
  ) {}

  /**
   * Once, however many workers notice the reason, and not when another user has taken the endpoint over meanwhile. To be
   * called last in the transaction.
   */
  async execute(
    tx: Transaction,
    { id: endpointId, workspaceId, name, createdBy }: DisabledEndpoint,
    reason: DisabledReason,
  ): Promise<void> {
    const disabled = await tx.query(
      `UPDATE endpoints SET enabled = false, disabled_reason = $2
       WHERE id = $1 AND enabled AND created_by IS NOT DISTINCT FROM $3 RETURNING id`,
      [endpointId, reason, createdBy],
    );
    if (disabled.length === 0) return;
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
