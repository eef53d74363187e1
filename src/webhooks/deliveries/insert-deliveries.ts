import type { Transaction } from '../../platform/database/database.js';
import type { InboxItem } from './inbox-item.js';

export type Query = Transaction['query'];

const identity = (sourceId: string, hash: string): string => `${sourceId} ${hash}`;

/**
 * Inserts deliveries of the same bytes to a guarded source one after the other, so that exactly one is the first: a
 * lock excludes other processes, and each copy within the batch gets its own statement, which sees the earlier rows.
 * This breaks the order of the keys; after a deadlock the transaction is retried.
 */
export async function insertGuarded(tx: Transaction, items: readonly InboxItem[]): Promise<Map<string, boolean>> {
  const rounds: InboxItem[][] = [];
  const copies = new Map<string, number>();
  for (const item of items) {
    const bytes = item.guardedHash === null ? item.id : identity(item.sourceId, item.guardedHash);
    const round = copies.get(bytes) ?? 0;
    if (item.guardedHash !== null) copies.set(bytes, round + 1);
    (rounds[round] ??= []).push(item);
  }
  await lockBytes(tx, items);
  const inserted = new Map<string, boolean>();
  for (const round of rounds) {
    const stored = await insert((sql, parameters) => tx.query(sql, parameters), round);
    for (const [id, isDuplicate] of stored) inserted.set(id, isDuplicate);
  }
  return inserted;
}

/** Locks the bytes of deliveries to guarded sources until the transaction ends. */
export async function lockBytes(tx: Transaction, items: readonly InboxItem[]): Promise<void> {
  const guarded = items.flatMap(({ sourceId, guardedHash }) =>
    guardedHash === null ? [] : identity(sourceId, guardedHash),
  );
  if (guarded.length === 0) return;
  await tx.query(
    'SELECT pg_advisory_xact_lock(key) FROM (SELECT hashtextextended(unnest($1::text[]), 0) AS key ORDER BY 1)',
    [guarded],
  );
}

/**
 * Sends all bodies as one binary parameter, which the server splits: an array would be sent as hexadecimal text, twice
 * the size.
 * @returns id of each inserted row -> whether the replay guard marked it as a duplicate
 */
export async function insert(query: Query, items: readonly InboxItem[]): Promise<Map<string, boolean>> {
  let start = 1;
  const rows = items.map((item, place) => {
    const { id, sourceId, sourceVersion, dedupKey, providerDeliveryId, guardedHash, method, headers, isTest } = item;
    const cut = { id, sourceId, sourceVersion, dedupKey, providerDeliveryId, guardedHash, method, headers, isTest };
    const { replayGuardSeconds: guardSeconds, trace } = item;
    const row = { ...cut, place, start, length: item.body.length, guardSeconds, trace };
    start += item.body.length;
    return row;
  });
  const isGuarded = items.some((item) => item.guardedHash !== null);
  const inserted = await query<{ id: string; isDuplicate: boolean }>(isGuarded ? INSERT_GUARDED : INSERT_PLAIN, [
    JSON.stringify(rows),
    items.length === 1 && items[0] ? items[0].body : Buffer.concat(items.map((item) => item.body)),
  ]);
  return new Map(inserted.map((row) => [row.id, row.isDuplicate]));
}

/** @param duplicateOf SQL for the id of an earlier delivery of the same bytes */
const insertWith = (duplicateOf: string): string => `
  INSERT INTO deliveries (id, source_id, workspace_id, provider, dedup_key, provider_delivery_id, guarded_hash,
    duplicate_of, method, headers, body, received_at, test, trace)
  SELECT new.id, sources.id, sources.workspace_id, sources.provider, new."dedupKey", new."providerDeliveryId",
    decode(new."guardedHash", 'hex'), ${duplicateOf}, new.method, new.headers,
    substring($2::bytea FROM new.start FOR new.length), now(), new."isTest", new.trace
  FROM json_to_recordset($1::json) AS new (id uuid, "sourceId" uuid, "sourceVersion" integer, "dedupKey" text,
    "providerDeliveryId" text, "guardedHash" text, "guardSeconds" integer, method text, headers jsonb,
    place integer, start integer, length integer, "isTest" boolean, trace text)
  JOIN sources ON sources.id = new."sourceId" AND sources.version = new."sourceVersion" AND sources.enabled
  ORDER BY new.place
  ON CONFLICT (source_id, dedup_key) DO NOTHING
  RETURNING id, duplicate_of IS NOT NULL AS "isDuplicate"`;

const INSERT_PLAIN = insertWith('NULL');

const INSERT_GUARDED = insertWith(`(
    SELECT earlier.id FROM deliveries AS earlier
    WHERE earlier.source_id = new."sourceId" AND earlier.guarded_hash = decode(new."guardedHash", 'hex')
      AND earlier.duplicate_of IS NULL
      AND earlier.received_at > now() - make_interval(secs => new."guardSeconds")
    ORDER BY earlier.id LIMIT 1)`);
