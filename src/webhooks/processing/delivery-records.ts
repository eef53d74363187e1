import { databaseNow } from '../../platform/clock/database-clock.js';
import type { Database, Transaction } from '../../platform/database/database.js';
import { deleteInPieces } from '../../platform/database/delete-in-pieces.js';
import type { EventDraft } from '../../platform/events/event-log.js';
import { firstIdAt } from '../../platform/ids.js';
import type { AgingRows } from '../../platform/retention/old-share.js';
import type { Description } from '../providers/provider.js';

/** A delivery that this transaction alone works on. */
export interface ClaimedDelivery {
  readonly id: string;
  readonly sourceId: string;
  readonly workspaceId: string;
  readonly provider: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly attempts: number;
  /** It was processed before: its record may change, its event is said. */
  readonly hasEvent: boolean;
  /** The replay guard took it for another's twin: it has a record and no event. */
  readonly isReplayed: boolean;
}

const MAX_UNCALLED_BYTES = 64 * 1024;

/**
 * The named deliveries and, up to `most` in all, the oldest others that wait: under load one run does the work of many
 * jobs. Of the others only small ones that have never been tried: neither poison nor a heavy load comes along uncalled. Rows that
 * another worker has in hand are skipped; they are in good hands.
 */
export function claimTogether(tx: Transaction, ids: readonly string[], max: number): Promise<ClaimedDelivery[]> {
  // The rows are found by id and only then asked for their status: by its index, all that has waited lately is read.
  return tx.query(
    `SELECT id, source_id AS "sourceId", workspace_id AS "workspaceId", provider, headers, body, attempts,
       event_id IS NOT NULL AS "hasEvent", duplicate_of IS NOT NULL AS "isReplayed"
     FROM (
       SELECT * FROM deliveries
       WHERE id IN (
         SELECT unnest($1::uuid[]) UNION (
           SELECT id FROM deliveries
           WHERE status = 'received' AND due_at <= now() AND attempts = 0 AND deaths = 0
             AND octet_length(body) <= ${MAX_UNCALLED_BYTES}
           ORDER BY due_at, id LIMIT $2))
       ORDER BY id FOR UPDATE SKIP LOCKED) AS locked
     WHERE status = 'received'`,
    [ids, Math.max(0, max - ids.length)],
  );
}

/** Tries that came to an end, and those since the last one that did not: the worker died of them. */
export interface Tries {
  readonly attempts: number;
  readonly deaths: number;
}

const CLAIM_SECONDS = 30;
const DAY_MS = 86_400_000;

/** Counts the worker dead before it begins, so that it is counted if it dies. Undefined: there is nothing to do. */
export async function claimAlone(database: Database, id: string): Promise<Tries | undefined> {
  const [tries] = await database.query<Tries>(
    `UPDATE deliveries SET deaths = deaths + 1, due_at = now() + make_interval(secs => $2)
     WHERE id = $1 AND status = 'received' RETURNING attempts, deaths`,
    [id, CLAIM_SECONDS],
  );
  return tries;
}

export async function recordProcessed(
  tx: Transaction,
  processed: ReadonlyArray<{ id: string; description: Description; event: EventDraft | undefined }>,
): Promise<void> {
  if (processed.length === 0) return;
  await tx.query(
    `UPDATE deliveries SET status = 'processed', error = NULL, deaths = 0, processed_at = now(),
       attempts = attempts + 1, event_id = COALESCE(deliveries.event_id, new.event_id),
       event_type = new.event_type, title = new.title, url = new.url, sender = new.sender
     FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[])
       AS new (id, event_id, event_type, title, url, sender)
     WHERE deliveries.id = new.id`,
    [
      processed.map(({ id }) => id),
      processed.map(({ event }) => event?.id ?? null),
      processed.map(({ description }) => description.eventType),
      processed.map(({ description }) => description.title),
      processed.map(({ description }) => description.url),
      processed.map(({ description }) => description.sender),
    ],
  );
}

/** A delivery that nobody will try again by himself. */
export interface FailedDelivery {
  readonly sourceId: string;
  readonly workspaceId: string;
  readonly provider: string;
}

/**
 * @param retryInMs undefined: never again; the delivery is set aside as failed until somebody replays it
 * @returns the delivery when this has set it aside; undefined too when it is out of our hands already
 */
export async function recordFailure(
  tx: Transaction,
  id: string,
  reason: string,
  retryInMs: number | undefined,
): Promise<FailedDelivery | undefined> {
  const [failed] = await tx.query<FailedDelivery>(
    `UPDATE deliveries SET error = $2, deaths = 0, attempts = attempts + 1,
       status = CASE WHEN $3::float8 IS NULL THEN 'failed' ELSE 'received' END,
       due_at = now() + make_interval(secs => COALESCE($3::float8, 0) / 1000)
     WHERE id = $1 AND status = 'received'
     RETURNING source_id AS "sourceId", workspace_id AS "workspaceId", provider`,
    [id, failureText(reason), retryInMs ?? null],
  );
  return retryInMs === undefined ? failed : undefined;
}

/** How old a delivery is, for `Retention`. */
export const agingDeliveries = (days: number): AgingRows => ({ table: 'deliveries', agesBy: 'received_at', days });

/**
 * A delivery that still waits is never too old. The database's own time decides; ids tell about the same time, so that of
 * what is not old nothing is read.
 */
export async function forgetDeliveries(database: Database, days: number, isStopping: () => boolean): Promise<void> {
  await deleteInPieces(
    database,
    `DELETE FROM deliveries WHERE id IN (
       SELECT id FROM deliveries
       WHERE id < $1 AND received_at < now() - make_interval(days => $2) AND status <> 'received'
       ORDER BY id LIMIT $3) RETURNING 1`,
    [firstIdAt(databaseNow() - days * DAY_MS), days],
    isStopping,
  );
}

/** PostgreSQL keeps no NUL in a text. */
export const failureText = (reason: string): string => reason.replaceAll('\0', '').slice(0, 1000);
