import type { Transaction } from '../../platform/database/database.js';
import { newId } from '../../platform/ids.js';
import { failureText } from './failure-text.js';
import type { Query } from './insert-deliveries.js';

/** An attempt as the API shows it. */
export interface Attempt {
  readonly at: Date;
  readonly ms: number | null;
  readonly outcome: 'processed' | 'failed';
  readonly error: string | null;
}

/** A delivery keeps its newest attempts. */
const MAX_KEPT = 20;

/** The newest 20 attempts, newest first; undefined when the workspace has no such delivery. */
export async function attemptsOf(
  query: Query,
  workspaceId: string,
  deliveryId: string,
): Promise<Attempt[] | undefined> {
  const rows = await query<Attempt & { isFound: boolean }>(
    `SELECT attempt.at, attempt.ms, attempt.outcome, attempt.error, attempt.outcome IS NOT NULL AS "isFound"
     FROM deliveries LEFT JOIN LATERAL (
       SELECT at, ms, outcome, error FROM delivery_attempts WHERE delivery_id = deliveries.id
       UNION ALL
       SELECT deliveries.processed_at, deliveries.processing_ms, 'processed', NULL
       WHERE deliveries.status = 'processed' AND deliveries.processed_at IS NOT NULL
       ORDER BY at DESC LIMIT ${MAX_KEPT}) AS attempt ON true
     WHERE deliveries.id = $2 AND deliveries.workspace_id = $1
     ORDER BY attempt.at DESC`,
    [workspaceId, deliveryId],
  );
  if (rows.length === 0) return undefined;
  return rows.filter(({ isFound }) => isFound).map(({ at, ms, outcome, error }) => ({ at, ms, outcome, error }));
}

/**
 * Records an attempt that failed, and deletes the oldest ones beyond 20.
 * @param ms undefined: the worker crashed
 */
export async function recordFailedAttempt(
  tx: Transaction,
  deliveryId: string,
  reason: string,
  ms: number | undefined,
): Promise<void> {
  await tx.query(
    `INSERT INTO delivery_attempts (delivery_id, id, ms, outcome, error) VALUES ($1, $2, $3, 'failed', $4)`,
    [deliveryId, newId(), ms === undefined ? null : Math.round(ms), failureText(reason)],
  );
  await forgetOldest(tx, [deliveryId]);
}

/** Keeps the successes of deliveries that are about to be processed again. */
export async function keepSuccesses(tx: Transaction, deliveryIds: readonly string[]): Promise<void> {
  await tx.query(
    `INSERT INTO delivery_attempts (delivery_id, id, at, ms, outcome)
     SELECT deliveries.id, new.attempt_id, processed_at, processing_ms, 'processed'
     FROM unnest($1::uuid[], $2::uuid[]) AS new (delivery_id, attempt_id)
     JOIN deliveries ON deliveries.id = new.delivery_id
     WHERE status = 'processed' AND processed_at IS NOT NULL`,
    [deliveryIds, deliveryIds.map(() => newId())],
  );
  await forgetOldest(tx, deliveryIds);
}

async function forgetOldest(tx: Transaction, deliveryIds: readonly string[]): Promise<void> {
  await tx.query(
    `DELETE FROM delivery_attempts USING (
       SELECT delivery_id, id, row_number() OVER (PARTITION BY delivery_id ORDER BY id DESC) AS place
       FROM delivery_attempts WHERE delivery_id = ANY($1::uuid[])) AS known
     WHERE delivery_attempts.delivery_id = known.delivery_id AND delivery_attempts.id = known.id AND place > ${MAX_KEPT}`,
    [deliveryIds],
  );
}
