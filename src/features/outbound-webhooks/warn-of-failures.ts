import { Injectable } from '@nestjs/common';
import { channelName } from '../../access/public/define-channel-kind.js';
import { databaseNow } from '../../platform/clock/database-clock.js';
import type { Transaction } from '../../platform/database/database.js';
import { draftEvent, EventLog } from '../../platform/events/event-log.js';
import { webhooksChannel } from '../../webhooks/public/webhooks.declarations.js';
import { EndpointStore, type FailureRun } from './endpoint.store.js';
import type { ClaimedMessage } from './message.store.js';
import { endpointFailing, endpointFailingTitle } from './outbound-webhooks.declarations.js';

const MANY_FAILURES = 3;

/**
 * Warns the managers of webhooks before a failing endpoint is disabled: at three failures in a row, and at half of the
 * time to the switch-off. Each warning is given once between two accepted messages.
 */
@Injectable()
export class WarnOfFailures {
  constructor(
    private readonly endpoints: EndpointStore,
    private readonly log: EventLog,
  ) {}

  /**
   * The endpoint stays locked until the transaction ends. Call it last in the transaction.
   * @param disableAfterMs the time from the first failure to the switch-off
   */
  async run(
    tx: Transaction,
    { endpointId, endpointName: name, workspaceId }: ClaimedMessage,
    { since, failures, halfTimeWarned, enabled }: FailureRun,
    disableAfterMs: number,
  ): Promise<void> {
    const isHalfTime = !halfTimeWarned && databaseNow() - since.getTime() >= disableAfterMs / 2;
    if (!enabled || (!isHalfTime && failures !== MANY_FAILURES)) return;
    if (isHalfTime) await this.endpoints.recordHalfTimeWarning(tx, endpointId);
    const payload = {
      workspaceId,
      endpointId,
      name,
      warning: isHalfTime ? ('half-time' as const) : ('failures' as const),
      failures,
      failingSince: since.toISOString(),
      disableAt: new Date(since.getTime() + disableAfterMs).toISOString(),
      title: endpointFailingTitle(name),
    };
    await this.log.append(tx, [draftEvent(endpointFailing, channelName(webhooksChannel.noun, workspaceId), payload)]);
  }
}
