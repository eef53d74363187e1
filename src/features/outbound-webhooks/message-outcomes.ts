import { Injectable, Logger } from '@nestjs/common';
import { databaseNow } from '../../platform/clock/database-clock.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { DisableEndpoint } from './disable-endpoint.js';
import type { DisabledReason } from './disabled-reason.js';
import { EndpointStore, type FailureRun } from './endpoint.store.js';
import { MessageStore, type Attempt, type ClaimedMessage } from './message.store.js';
import { pauseAfter, spanOf } from './retry-schedule.js';
import { WarnOfFailures } from './warn-of-failures.js';

const GIVE_UP_MS = 3 * 24 * 3_600_000;
const GONE = 410;

/** Records the end of each attempt. Disables endpoints that are gone or fail for three days, and warns before. */
@Injectable()
export class MessageOutcomes {
  private readonly logger = new Logger(MessageOutcomes.name);

  constructor(
    private readonly database: Database,
    private readonly endpoints: EndpointStore,
    private readonly messages: MessageStore,
    private readonly disableEndpoint: DisableEndpoint,
    private readonly warn: WarnOfFailures,
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
    const retryInMs = isGone ? undefined : pauseAfter(message.attempts, retryAfterMs, message.retries);
    // An ordered endpoint keeps the message: the next one may not overtake it.
    const keepsPending = message.ordered && retryInMs === undefined;
    await this.database.transaction(async (tx) => {
      if (!(await this.messages.recordRefused(tx, message, attempt, keepsPending ? 0 : retryInMs))) return;
      const run = await this.endpoints.recordFailure(tx, message.endpointId, message.url, attempt.at);
      if (run === undefined) return;
      const reason = retryInMs === undefined ? this.reasonToDisable(message, attempt, run) : undefined;
      if (reason === undefined) await this.warn.run(tx, message, run, disableAfterMs(message));
      else await this.disable(tx, message, reason);
    });
  }

  /** The message has no attempts left. */
  private reasonToDisable(
    message: ClaimedMessage,
    attempt: Attempt,
    { since }: FailureRun,
  ): DisabledReason | undefined {
    const { id: messageId, endpointId, ordered } = message;
    this.logger.warn({ msg: 'message failed: no attempts left', messageId, endpointId, reason: attempt.error });
    if (attempt.status === GONE) return 'gone';
    return ordered || since.getTime() < databaseNow() - GIVE_UP_MS ? 'failing' : undefined;
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

/** An ordered endpoint is disabled when its first message has no attempts left. */
const disableAfterMs = ({ ordered, retries }: ClaimedMessage): number => (ordered ? spanOf(retries) : GIVE_UP_MS);
