import { Injectable } from '@nestjs/common';
import { LessThan } from 'typeorm';
import { Database, type Transaction } from '../../platform/database/database.js';
import { deleteInPieces } from '../../platform/database/delete-in-pieces.js';
import type { EventFields } from '../../platform/events/logged-event.js';
import { newId } from '../../platform/ids.js';
import type { AgingRows } from '../../platform/retention/old-share.js';
import type { MessagesQuery } from './endpoint.schemas.js';
import { Message, MessageAttempt } from './message.entity.js';

/** A new message: one event for one endpoint. */
export interface MessageDraft {
  readonly endpointId: string;
  readonly event: EventFields;
  /** The permission to read the event. */
  readonly permission: string;
  readonly body: string;
}

/** A message that only this process may send until the claim expires, with everything needed to send it. */
export interface ClaimedMessage {
  readonly id: string;
  readonly body: string;
  /** Includes the attempt that begins now. */
  readonly attempts: number;
  readonly endpointId: string;
  readonly workspaceId: string;
  readonly endpointName: string;
  readonly url: string;
  readonly secrets: readonly string[];
  /** The permission to read its event; null for a message that an older release created. */
  readonly permission: string | null;
  /** The maker of the endpoint; `permissions` are those of the maker when they chose its URL or event types. */
  readonly createdBy: string | null;
  readonly permissions: readonly string[];
}

/** The result of one attempt to send a message. */
export interface Attempt {
  readonly at: Date;
  readonly tookMs: number;
  /** Null: no response. */
  readonly status: number | null;
  /** Null: the endpoint accepted the message. */
  readonly error: string | null;
}

/** Longer than the timeout of an attempt: an expired claim belongs to a crashed worker. */
const CLAIM_SECONDS = 40;
const MAX_REPLAYED = 10_000;

/** All statements that read or change messages and their attempts. */
@Injectable()
export class MessageStore {
  constructor(private readonly database: Database) {}

  /** Newest first, and one more than `limit` when there are more. */
  list(endpointId: string, { limit, cursor, status }: MessagesQuery): Promise<Message[]> {
    return this.database.manager.find(Message, {
      where: {
        endpointId,
        ...(cursor !== undefined && { id: LessThan(cursor) }),
        ...(status !== undefined && { status }),
      },
      order: { id: 'DESC' },
      take: limit + 1,
    });
  }

  /** With its body. */
  find(endpointId: string, id: string): Promise<Message | null> {
    return this.database.manager
      .createQueryBuilder(Message, 'message')
      .addSelect('message.body')
      .where({ id, endpointId })
      .getOne();
  }

  attemptsOf(messageId: string): Promise<MessageAttempt[]> {
    return this.database.manager.find(MessageAttempt, { where: { messageId }, order: { number: 'ASC' } });
  }

  /** Sends each body to the database once for all endpoints. Skips an event that an endpoint already has. */
  async insert(tx: Transaction, drafts: readonly MessageDraft[]): Promise<void> {
    const bodies = [...new Map(drafts.map((draft) => [draft.event.id, draft])).values()];
    await tx.query(
      `INSERT INTO messages (id, endpoint_id, event_id, event_type, permission, body)
       SELECT draft.id, draft.endpoint_id, event.id, event.type, event.permission, event.body
       FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS draft (id, endpoint_id, event_id)
       JOIN unnest($4::uuid[], $5::text[], $6::text[], $7::text[]) AS event (id, type, permission, body)
         ON event.id = draft.event_id
       ON CONFLICT (endpoint_id, event_id) DO NOTHING`,
      [
        drafts.map(() => newId()),
        drafts.map(({ endpointId }) => endpointId),
        drafts.map(({ event }) => event.id),
        bodies.map(({ event }) => event.id),
        bodies.map(({ event }) => event.type),
        bodies.map(({ permission }) => permission),
        bodies.map(({ body }) => body),
      ],
    );
  }

  /** Claims at most `max` messages that are due. Counts the attempt before it begins, so that a crash counts too. */
  claimDue(endpointId: string, max: number): Promise<ClaimedMessage[]> {
    return this.database.query(
      `WITH due AS (
         SELECT id FROM messages WHERE endpoint_id = $1 AND status = 'pending' AND due_at <= now()
         ORDER BY due_at, id LIMIT $2 FOR UPDATE SKIP LOCKED)
       UPDATE messages SET attempts = attempts + 1, due_at = now() + make_interval(secs => ${CLAIM_SECONDS})
       FROM endpoints
       WHERE messages.id IN (SELECT id FROM due) AND endpoints.id = $1 AND endpoints.enabled
       RETURNING messages.id, body, attempts, endpoint_id AS "endpointId", workspace_id AS "workspaceId",
         name AS "endpointName", url, permission, created_by AS "createdBy", permissions,
         CASE WHEN old_secret_until > now() THEN secrets ELSE secrets[1:1] END AS secrets`,
      [endpointId, max],
    );
  }

  /** Undoes a claim, unless another worker has claimed the message since. */
  async release({ id, attempts }: ClaimedMessage, reader: Pick<Database, 'query'> = this.database): Promise<void> {
    await reader.query(
      `UPDATE messages SET attempts = attempts - 1, due_at = now() WHERE id = $1 AND attempts = $2 AND status = 'pending'`,
      [id, attempts],
    );
  }

  /** Fails a message without an attempt. It can be replayed. */
  async withhold(tx: Transaction, { id, attempts }: ClaimedMessage, reason: string): Promise<void> {
    await tx.query(
      `UPDATE messages SET status = 'failed', error = $3, attempts = attempts - 1, settled_at = now()
       WHERE id = $1 AND attempts = $2 AND status = 'pending'`,
      [id, attempts, reason],
    );
  }

  /** @returns whether the attempt counts */
  async recordDelivered(tx: Transaction, message: ClaimedMessage, attempt: Attempt): Promise<boolean> {
    if (!(await recordAttempt(tx, message, attempt))) return false;
    await tx.query(`UPDATE messages SET status = 'delivered', error = NULL, settled_at = now() WHERE id = $1`, [
      message.id,
    ]);
    return true;
  }

  /**
   * @param retryInMs undefined: no retry; the message fails and can be replayed
   * @returns whether the attempt counts
   */
  async recordRefused(
    tx: Transaction,
    message: ClaimedMessage,
    attempt: Attempt,
    retryInMs: number | undefined,
  ): Promise<boolean> {
    if (!(await recordAttempt(tx, message, attempt))) return false;
    await tx.query(
      `UPDATE messages SET error = $2, due_at = now() + make_interval(secs => COALESCE($3::float8, 0) / 1000),
         status = CASE WHEN $3::float8 IS NULL THEN 'failed' ELSE 'pending' END,
         settled_at = CASE WHEN $3::float8 IS NULL THEN now() END
       WHERE id = $1`,
      [message.id, attempt.error, retryInMs ?? null],
    );
    return true;
  }

  /** Resets one message, or every failed one of the endpoint, to pending. At most 10,000. @returns the number */
  async reset(tx: Transaction, endpointId: string, messageId: string | null): Promise<number> {
    const rows = await tx.query(
      `UPDATE messages SET status = 'pending', attempts = 0, error = NULL, due_at = now(), settled_at = NULL
       WHERE id IN (
         SELECT id FROM messages
         WHERE endpoint_id = $1 AND CASE WHEN $2::uuid IS NULL THEN status = 'failed' ELSE id = $2 END
         ORDER BY id LIMIT ${MAX_REPLAYED})
       RETURNING id`,
      [endpointId, messageId],
    );
    return rows.length;
  }

  /** Deletes messages that are older than `days`, including pending ones. */
  async prune(days: number, isStopping: () => boolean): Promise<void> {
    await deleteInPieces(
      this.database,
      `DELETE FROM messages WHERE id IN (
         SELECT id FROM messages WHERE created_at < now() - make_interval(days => $1) ORDER BY created_at LIMIT $2)
       RETURNING 1`,
      [days],
      isStopping,
    );
  }
}

/** Ignores an attempt that outlasts its claim: another worker has begun the next one. @returns whether it counts */
async function recordAttempt(tx: Transaction, { id, attempts }: ClaimedMessage, attempt: Attempt): Promise<boolean> {
  const current = await tx.query(
    `SELECT 1 FROM messages WHERE id = $1 AND attempts = $2 AND status = 'pending' FOR UPDATE`,
    [id, attempts],
  );
  if (current.length === 0) return false;
  // A replay resets `attempts`; the numbers of recorded attempts keep increasing.
  await tx.query(
    `INSERT INTO message_attempts (message_id, number, at, took_ms, status, error)
     SELECT $1, 1 + COALESCE(max(number), 0), $2, $3, $4, $5 FROM message_attempts WHERE message_id = $1`,
    [id, attempt.at, attempt.tookMs, attempt.status, attempt.error],
  );
  return true;
}

/** The age of messages, for `Retention`. */
export const agingMessages = (days: number): AgingRows => ({ table: 'messages', agesBy: 'created_at', days });
