import { Injectable, Logger } from '@nestjs/common';
import { databaseNow } from '../../platform/clock/database-clock.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { DisableEndpoint } from './disable-endpoint.js';
import type { DisabledReason } from './disabled-reason.js';
import { EndpointStore } from './endpoint.store.js';
import { MessageStore, type Attempt, type ClaimedMessage } from './message.store.js';
import { pauseAfter } from './retry-schedule.js';

const GIVE_UP_MS = 3 * 24 * 3_600_000;
const GONE = 410;

/** Records the end of each attempt, and disables endpoints that are gone or have failed for three days. */
@Injectable()
export class MessageOutcomes {
  private readonly logger = new Logger(MessageOutcomes.name);

  constructor(
    private readonly database: Database,
    private readonly endpoints: EndpointStore,
    private readonly messages: MessageStore,
    private readonly disableEndpoint: DisableEndpoint,
  ) {}

  async accepted(message: ClaimedMessage, attempt: Attempt): Promise<void> {
    await this.database.transaction(async (tx) => {
      const counts = await this.messages.recordDelivered(tx, message, attempt);
      if (counts) await this.endpoints.recordSuccess(tx, message.endpointId);
    });
  }

  /** @param retryAfterMs the `Retry-After` of the endpoint */
  async refused(message: ClaimedMessage, attempt: Attempt, retryAfterMs: number | undefined): Promise<void> {
    const isGone = attempt.status === GONE;
    const retryInMs = isGone ? undefined : pauseAfter(message.attempts, retryAfterMs);
    await this.database.transaction(async (tx) => {
      if (!(await this.messages.recordRefused(tx, message, attempt, retryInMs))) return;
      const { id: messageId, endpointId, url } = message;
      const failingSince = await this.endpoints.recordFailure(tx, endpointId, url, attempt.at);
      if (failingSince === undefined || retryInMs !== undefined) return;
      this.logger.warn({ msg: 'message failed: no attempts left', messageId, endpointId, reason: attempt.error });
      if (isGone) await this.disable(tx, message, 'gone');
      else if (failingSince.getTime() < databaseNow() - GIVE_UP_MS) await this.disable(tx, message, 'failing');
    });
  }

  /** Fails a message that may not be sent. Messages of a disabled endpoint stay pending until a user takes it over. */
  async withhold(message: ClaimedMessage): Promise<void> {
    const reason = 'The maker of the endpoint may not read this event.';
    await this.database.transaction(async (tx) => {
      if (await this.endpoints.isEnabled(tx, message.endpointId)) await this.messages.withhold(tx, message, reason);
      else await this.messages.release(message, tx);
    });
  }

  private async disable(tx: Transaction, message: ClaimedMessage, reason: DisabledReason): Promise<void> {
    const { endpointId: id, endpointName: name, workspaceId, createdBy } = message;
    await this.disableEndpoint.run(tx, { id, name, workspaceId, createdBy }, reason);
  }
}
