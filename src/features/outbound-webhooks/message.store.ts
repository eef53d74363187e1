import { Injectable } from '@nestjs/common';
import { LessThan } from 'typeorm';
import { Database, type Transaction } from '../../platform/database/database.js';
import { deleteInPieces } from '../../platform/database/delete-in-pieces.js';
import type { EventFields } from '../../platform/events/logged-event.js';
import { newId } from '../../platform/ids.js';
import type { AgingRows } from '../../platform/retention/old-share.js';
import type { MessagesQuery } from './endpoint.schemas.js';
import { Message, MessageAttempt } from './message.entity.js';
import type { MessageReplay } from './message-replay.entity.js';
import { OF_LIVE_WORKSPACE } from './endpoint.store.js';
import type { Retries } from './retry-schedule.js';

/** A new message: one event for one endpoint. */
export interface MessageDraft {
  /** By default a new one. */
  readonly id?: string;
  readonly endpointId: string;
  readonly event: Pick<EventFields, 'id' | 'type' | 'restricted'>;
  /** The permission to read the event. */
  readonly permission: string;
  readonly body: string;
  /** The permission to see the restricted fields of the event; undefined: the message has none. */
  readonly restrictedPermission?: string | undefined;
  /** The delivery to relay. */
  readonly deliveryId?: string | undefined;
}

/** A message that only this process may send until the claim expires, with everything needed to send it. */
export interface ClaimedMessage {
  readonly id: string;
  readonly body: string;
  /** The restricted fields of the event, with the permission to see them: see `wholeBodyOf`. Null: none. */
  readonly restricted: string | null;
  readonly restrictedPermission: string | null;
  /** The delivery to relay; null: send the body. */
  readonly deliveryId: string | null;
  /** Includes the attempt that begins now. */
  readonly attempts: number;
  readonly endpointId: string;
  readonly workspaceId: string;
  readonly endpointName: string;
  readonly url: string;
  readonly secrets: readonly string[];
  readonly headerNames: readonly string[];
  readonly sealedHeaders: readonly string[];
  readonly timeoutMs: number;
  readonly rateLimit: number | null;
  readonly retries: Retries;
  readonly ordered: boolean;
  /** The permission to read its event; null for a message that an older release created. */
  readonly permission: string | null;
  /** The maker of the endpoint; `permissions` are those of the maker when they chose its URL or event types. */
  readonly createdBy: string | null;
  readonly permissions: readonly string[];
}

export interface AttemptStats {
  readonly attempts: number;
  readonly accepted: number;
  /** Null without attempts. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

/** The headers of a response and the start of its body. */
export interface ResponseExcerpt {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Messages that are due again. */
export interface ResetMessages {
  readonly reset: number;
  /** The message to go on after; undefined after the last one. */
  readonly next: string | undefined;
}

/** The result of one attempt to send a message. */
export interface Attempt {
  readonly at: Date;
  readonly tookMs: number;
  /** Null: no response. */
  readonly status: number | null;
  /** Null: the endpoint accepted the message. */
  readonly error: string | null;
  /** The start of the response; null: no response. */
  readonly response: ResponseExcerpt | null;
}

/** Longer than the timeout of an attempt: an expired claim belongs to a crashed worker. */
const CLAIM_SECONDS = 40;
const MAX_REPLAYED = 10_000;
const RESET_AT_A_TIME = 500;

const RESET_TO_PENDING =
  "UPDATE messages SET status = 'pending', attempts = 0, error = NULL, due_at = now(), settled_at = NULL";

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

  /** With its body and its restricted fields. */
  find(endpointId: string, id: string): Promise<Message | null> {
    return this.database.manager
      .createQueryBuilder(Message, 'message')
      .addSelect(['message.body', 'message.restricted'])
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
      `INSERT INTO messages
         (id, endpoint_id, event_id, event_type, permission, body, delivery_id, restricted_permission, restricted)
       SELECT draft.id, draft.endpoint_id, event.id, event.type, draft.permission, event.body, draft.delivery_id,
         draft.restricted_permission, CASE WHEN draft.restricted_permission IS NOT NULL THEN event.restricted END
       FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $6::text[], $8::uuid[], $9::text[])
         AS draft (id, endpoint_id, event_id, permission, delivery_id, restricted_permission)
       JOIN unnest($4::uuid[], $5::text[], $7::text[], $10::text[]) AS event (id, type, body, restricted)
         ON event.id = draft.event_id
       ON CONFLICT (endpoint_id, event_id) DO NOTHING`,
      [
        drafts.map(({ id }) => id ?? newId()),
        drafts.map(({ endpointId }) => endpointId),
        drafts.map(({ event }) => event.id),
        bodies.map(({ event }) => event.id),
        bodies.map(({ event }) => event.type),
        drafts.map(({ permission }) => permission),
        bodies.map(({ body }) => body),
        drafts.map(({ deliveryId }) => deliveryId ?? null),
        drafts.map(({ restrictedPermission }) => restrictedPermission ?? null),
        bodies.map(({ event }) => event.restricted ?? null),
      ],
    );
  }

  /**
   * Claims at most `max` messages that are due: of an ordered endpoint only the oldest message that is not settled, and
   * within the rate limit on average. Counts the attempt before it begins, so that a crash counts too.
   */
  claimDue(endpointId: string, max: number): Promise<ClaimedMessage[]> {
    return this.database.query(
      `WITH endpoint AS MATERIALIZED (
         SELECT ordered, rate_limit FROM endpoints
         WHERE id = $1 AND enabled AND (free_at IS NULL OR free_at <= now()) AND ${OF_LIVE_WORKSPACE}),
       due AS MATERIALIZED (
         SELECT id FROM messages WHERE endpoint_id = $1 AND status = 'pending' AND due_at <= now()
           AND EXISTS (SELECT 1 FROM endpoint) AND (NOT (SELECT ordered FROM endpoint) OR id = (
             SELECT id FROM messages WHERE endpoint_id = $1 AND status = 'pending' ORDER BY id LIMIT 1))
         ORDER BY due_at, id LIMIT (SELECT least($2, rate_limit) FROM endpoint) FOR UPDATE SKIP LOCKED),
       limited AS (
         UPDATE endpoints SET free_at = now() + make_interval(secs => claimed.count::float8 / rate_limit)
         FROM (SELECT count(*) FROM due) AS claimed
         WHERE endpoints.id = $1 AND rate_limit IS NOT NULL AND claimed.count > 0)
       UPDATE messages SET attempts = attempts + 1, due_at = now() + make_interval(secs => ${CLAIM_SECONDS})
       FROM endpoints
       WHERE messages.id IN (SELECT id FROM due) AND endpoints.id = $1
       RETURNING messages.id, body, restricted, restricted_permission AS "restrictedPermission", delivery_id AS "deliveryId", attempts, endpoint_id AS "endpointId", workspace_id AS "workspaceId",
         name AS "endpointName", url, permission, created_by AS "createdBy", permissions, header_names AS "headerNames",
         sealed_headers AS "sealedHeaders", timeout_ms AS "timeoutMs", rate_limit AS "rateLimit", retries, ordered,
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
      `${RESET_TO_PENDING}
       WHERE id IN (
         SELECT id FROM messages
         WHERE endpoint_id = $1 AND CASE WHEN $2::uuid IS NULL THEN status = 'failed' ELSE id = $2 END
         ORDER BY id LIMIT ${MAX_REPLAYED})
       RETURNING id`,
      [endpointId, messageId],
    );
    return rows.length;
  }

  /**
   * Resets the next messages that were created before the replay and match its filter to pending. Their recorded
   * attempts stay.
   */
  async resetNext(
    tx: Transaction,
    { endpointId, filter, cursor, createdAt }: Pick<MessageReplay, 'endpointId' | 'filter' | 'cursor' | 'createdAt'>,
  ): Promise<ResetMessages> {
    const { status = null, eventType = null, since = null, until = null } = filter;
    const scanned = await tx.query<{ id: string; matches: boolean }>(
      `SELECT id, status <> 'pending' AND ($3::text IS NULL OR status = $3) AND ($4::text IS NULL OR event_type = $4)
         AND ($5::timestamptz IS NULL OR created_at >= $5) AND ($6::timestamptz IS NULL OR created_at < $6) AS matches
       FROM (SELECT * FROM messages
         WHERE endpoint_id = $1 AND ($2::uuid IS NULL OR id > $2) AND created_at < $7
         ORDER BY id LIMIT ${RESET_AT_A_TIME}) AS next`,
      [endpointId, cursor, status, eventType, since, until, createdAt],
    );
    const reset = await tx.query(`${RESET_TO_PENDING} WHERE id = ANY($1::uuid[]) AND status <> 'pending' RETURNING 1`, [
      scanned.filter(({ matches }) => matches).map(({ id }) => id),
    ]);
    const hasMore = scanned.length === RESET_AT_A_TIME;
    return { reset: reset.length, next: hasMore ? scanned.at(-1)?.id : undefined };
  }

  /** The attempts of the last 24 hours, of the newest 10,000 messages. */
  async statsOf(endpointId: string): Promise<AttemptStats> {
    const [stats] = await this.database.query<AttemptStats>(
      `SELECT count(*)::int AS attempts, count(*) FILTER (WHERE message_attempts.error IS NULL)::int AS accepted,
         percentile_cont(0.5) WITHIN GROUP (ORDER BY took_ms) AS "p50Ms",
         percentile_cont(0.99) WITHIN GROUP (ORDER BY took_ms) AS "p99Ms"
       FROM (SELECT id FROM messages WHERE endpoint_id = $1 ORDER BY id DESC LIMIT 10000) AS newest
       JOIN message_attempts ON message_id = newest.id
       WHERE at > now() - interval '24 hours'`,
      [endpointId],
    );
    return stats ?? { attempts: 0, accepted: 0, p50Ms: null, p99Ms: null };
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
  const { at, tookMs, status, error, response } = attempt;
  // A replay resets `attempts`; the numbers of recorded attempts keep increasing.
  await tx.query(
    `INSERT INTO message_attempts (message_id, number, at, took_ms, status, error, response_headers, response_body)
     SELECT $1, 1 + COALESCE(max(number), 0), $2, $3, $4, $5, $6::jsonb, $7 FROM message_attempts WHERE message_id = $1`,
    [id, at, tookMs, status, error, response && JSON.stringify(response.headers), response?.body ?? null],
  );
  return true;
}

/** The age of messages, for `Retention`. */
export const agingMessages = (days: number): AgingRows => ({ table: 'messages', agesBy: 'created_at', days });
