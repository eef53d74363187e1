import type { Buffer } from 'node:buffer';
import type { Database, Transaction } from '../../platform/database/database.js';
import { deleteInPieces } from '../../platform/database/delete-in-pieces.js';
import type { AgingRows } from '../../platform/retention/old-share.js';

/** A key of a publisher, and the event that it is used for. */
export interface KeyClaim {
  readonly workspaceId: string;
  readonly userId: string;
  readonly key: string;
  readonly bodyHash: Buffer;
  readonly eventId: string;
}

/** The event that a key was used for in the last 24 hours. */
export interface UsedKey {
  readonly key: string;
  readonly bodyHash: Buffer;
  readonly eventId: string;
  readonly offset: string;
}

export const KEY_DAYS = 1;

const columnsOf = (claims: readonly KeyClaim[]) => [
  claims.map(({ workspaceId }) => workspaceId),
  claims.map(({ userId }) => userId),
  claims.map(({ key }) => key),
];

/**
 * Inserts the keys that are new or older than 24 hours. Waits for concurrent transactions with the same keys; the order
 * of the inserts prevents deadlocks. Each key must occur once.
 * @returns the ids of the events whose keys were inserted
 */
export async function claimKeys(tx: Transaction, claims: readonly KeyClaim[]): Promise<ReadonlySet<string>> {
  if (claims.length === 0) return new Set();
  const rows = await tx.query<{ id: string }>(
    `INSERT INTO publish_keys (workspace_id, user_id, key, body_hash, event_id)
     SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bytea[], $5::uuid[])
       AS claimed (workspace_id, user_id, key, body_hash, event_id)
     ORDER BY workspace_id, user_id, key
     ON CONFLICT (workspace_id, user_id, key) DO UPDATE
       SET body_hash = EXCLUDED.body_hash, event_id = EXCLUDED.event_id, "offset" = NULL, created_at = clock_timestamp()
       WHERE publish_keys.created_at < now() - make_interval(days => $6)
     RETURNING event_id AS id`,
    [...columnsOf(claims), claims.map(({ bodyHash }) => bodyHash), claims.map(({ eventId }) => eventId), KEY_DAYS],
  );
  return new Set(rows.map(({ id }) => id));
}

/** The events that other calls have used these keys for, by the id of the event that the key is claimed for. */
export async function findUsedKeys(
  tx: Transaction,
  claims: readonly KeyClaim[],
): Promise<ReadonlyMap<string, UsedKey>> {
  if (claims.length === 0) return new Map();
  const rows = await tx.query<UsedKey & { readonly claimedFor: string }>(
    `SELECT claimed.event_id AS "claimedFor", used.key, used.body_hash AS "bodyHash", used.event_id AS "eventId",
       used."offset"
     FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[]) AS claimed (workspace_id, user_id, key, event_id)
     JOIN publish_keys AS used USING (workspace_id, user_id, key)`,
    [...columnsOf(claims), claims.map(({ eventId }) => eventId)],
  );
  return new Map(rows.map(({ claimedFor, ...used }) => [claimedFor, used]));
}

/** Takes back the keys of a call that fails. */
export async function releaseKeys(tx: Transaction, claims: readonly KeyClaim[]): Promise<void> {
  if (claims.length === 0) return;
  await tx.query(
    `DELETE FROM publish_keys USING unnest($1::uuid[], $2::uuid[], $3::text[]) AS released (workspace_id, user_id, key)
     WHERE publish_keys.workspace_id = released.workspace_id AND publish_keys.user_id = released.user_id
       AND publish_keys.key = released.key`,
    columnsOf(claims),
  );
}

/** Stores the offsets of the events, for the answers to repeats. */
export async function storeOffsets(
  tx: Transaction,
  claims: readonly KeyClaim[],
  offsets: ReadonlyMap<string, number>,
): Promise<void> {
  if (claims.length === 0) return;
  await tx.query(
    `UPDATE publish_keys SET "offset" = placed."offset"
     FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[]) AS placed (workspace_id, user_id, key, "offset")
     WHERE publish_keys.workspace_id = placed.workspace_id AND publish_keys.user_id = placed.user_id
       AND publish_keys.key = placed.key`,
    [...columnsOf(claims), claims.map(({ eventId }) => offsets.get(eventId) ?? null)],
  );
}

export const agingKeys: AgingRows = { table: 'publish_keys', agesBy: 'created_at', days: KEY_DAYS };

export function pruneKeys(database: Pick<Database, 'query'>, isStopping: () => boolean): Promise<void> {
  return deleteInPieces(
    database,
    `DELETE FROM publish_keys WHERE ctid IN (
       SELECT ctid FROM publish_keys WHERE created_at < now() - make_interval(days => $1)
       ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED)
     RETURNING 1`,
    [KEY_DAYS],
    isStopping,
  );
}
