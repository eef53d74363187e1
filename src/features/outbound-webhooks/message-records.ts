import type { Database, Transaction } from '../../platform/database/database.js';
import { deleteInPieces } from '../../platform/database/delete-in-pieces.js';
import type { AgingRows } from '../../platform/retention/old-share.js';

/** A message that this process alone sends until its claim runs out, with all that it takes. */
export interface ClaimedMessage {
  readonly id: string;
  readonly body: string;
  /** This one included. */
  readonly attempts: number;
  readonly endpointId: string;
  readonly workspaceId: string;
  readonly endpointName: string;
  readonly url: string;
  readonly secrets: readonly string[];
  /** What reading its event takes; null where an older release made it. */
  readonly permission: string | null;
  /** Of the endpoint, with the permissions that this user had as its maker. */
  readonly createdBy: string | null;
  readonly permissions: readonly string[];
}

/** Longer than an attempt may take: what is claimed for longer belongs to a worker that died. Its messages go on within a minute. */
const CLAIM_SECONDS = 40;

/** What the endpoint was sent and how it took it. */
export interface Attempt {
  readonly at: Date;
  readonly tookMs: number;
  /** Null: there was no answer. */
  readonly status: number | null;
  /** Null: it was taken. */
  readonly error: string | null;
}

/** The endpoints that have something due. */
export async function endpointsWithDue(database: Database): Promise<string[]> {
  const rows = await database.query<{ id: string }>(
    `SELECT id FROM endpoints WHERE enabled AND EXISTS (
       SELECT 1 FROM messages WHERE endpoint_id = endpoints.id AND status = 'pending' AND due_at <= now())`,
  );
  return rows.map(({ id }) => id);
}

/** The attempt counts before it is made, so that one that kills the worker counts too. */
export function claimDue(database: Database, endpointId: string, max: number): Promise<ClaimedMessage[]> {
  return database.query(
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

/** As if it had not been claimed, unless another worker has claimed it meanwhile. */
export async function release(database: Pick<Database, 'query'>, { id, attempts }: ClaimedMessage): Promise<void> {
  await database.query(
    `UPDATE messages SET attempts = attempts - 1, due_at = now() WHERE id = $1 AND attempts = $2 AND status = 'pending'`,
    [id, attempts],
  );
}

/** It was not sent, and is not tried again until it is replayed. */
export async function withhold(tx: Transaction, { id, attempts }: ClaimedMessage, reason: string): Promise<void> {
  await tx.query(
    `UPDATE messages SET status = 'failed', error = $3, attempts = attempts - 1, settled_at = now()
     WHERE id = $1 AND attempts = $2 AND status = 'pending'`,
    [id, attempts, reason],
  );
}

/** An attempt that took longer than its claim is void: another worker has made the next one. @returns whether it counts */
async function recordAttempt(tx: Transaction, { id, attempts }: ClaimedMessage, attempt: Attempt): Promise<boolean> {
  const current = await tx.query(
    `SELECT 1 FROM messages WHERE id = $1 AND attempts = $2 AND status = 'pending' FOR UPDATE`,
    [id, attempts],
  );
  if (current.length === 0) return false;
  // Replayed messages count their attempts anew, and keep those that were before.
  await tx.query(
    `INSERT INTO message_attempts (message_id, number, at, took_ms, status, error)
     SELECT $1, 1 + COALESCE(max(number), 0), $2, $3, $4, $5 FROM message_attempts WHERE message_id = $1`,
    [id, attempt.at, attempt.tookMs, attempt.status, attempt.error],
  );
  return true;
}

export async function recordDelivered(tx: Transaction, message: ClaimedMessage, attempt: Attempt): Promise<void> {
  if (!(await recordAttempt(tx, message, attempt))) return;
  await tx.query(`UPDATE messages SET status = 'delivered', error = NULL, settled_at = now() WHERE id = $1`, [
    message.id,
  ]);
  await tx.query('UPDATE endpoints SET failing_since = NULL WHERE id = $1 AND failing_since IS NOT NULL', [
    message.endpointId,
  ]);
}

/**
 * @param retryInMs undefined: never again
 * @returns since when nothing got through to the endpoint; undefined when this attempt doesn't count, or was made to an
 *   address that the endpoint no longer has
 */
export async function recordRefused(
  tx: Transaction,
  message: ClaimedMessage,
  attempt: Attempt,
  retryInMs: number | undefined,
): Promise<Date | undefined> {
  if (!(await recordAttempt(tx, message, attempt))) return undefined;
  await tx.query(
    `UPDATE messages SET error = $2, due_at = now() + make_interval(secs => COALESCE($3::float8, 0) / 1000),
       status = CASE WHEN $3::float8 IS NULL THEN 'failed' ELSE 'pending' END,
       settled_at = CASE WHEN $3::float8 IS NULL THEN now() END
     WHERE id = $1`,
    [message.id, attempt.error, retryInMs ?? null],
  );
  const [endpoint] = await tx.query<{ failing_since: Date }>(
    'UPDATE endpoints SET failing_since = COALESCE(failing_since, $3) WHERE id = $1 AND url = $2 RETURNING failing_since',
    [message.endpointId, message.url, attempt.at],
  );
  return endpoint?.failing_since;
}

/** How old a message is, for `Retention`. */
export const agingMessages = (days: number): AgingRows => ({ table: 'messages', agesBy: 'created_at', days });

/** Also those that nobody took: they are older than anybody would want them. */
export async function forgetMessages(database: Database, days: number, isStopping: () => boolean): Promise<void> {
  await deleteInPieces(
    database,
    `DELETE FROM messages WHERE id IN (
       SELECT id FROM messages WHERE created_at < now() - make_interval(days => $1) ORDER BY created_at LIMIT $2)
     RETURNING 1`,
    [days],
    isStopping,
  );
}
