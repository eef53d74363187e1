import type { Transaction } from '../../platform/database/database.js';
import type { InboxItem } from './inbox-item.js';

export type Query = Transaction['query'];

const identity = (sourceId: string, hash: string): string => `${sourceId} ${hash}`;

/**
 * Deliveries of the same bytes to a guarded source are stored one after the other, so that one is the first: a lock keeps
 * those of other processes away, and of those that came together each gets a statement of its own, which sees the rows
 * of those before. That is out of order; should it deadlock, the transaction runs again.
 */
export async function insertGuarded(tx: Transaction, items: readonly InboxItem[]): Promise<Map<string, boolean>> {
  const rounds: InboxItem[][] = [];
  const twins = new Map<string, number>();
  for (const item of items) {
    const bytes = item.guardedHash === null ? item.id : identity(item.sourceId, item.guardedHash);
    const round = twins.get(bytes) ?? 0;
    if (item.guardedHash !== null) twins.set(bytes, round + 1);
    (rounds[round] ??= []).push(item);
  }
  await lockBytes(tx, items);
  const inserted = new Map<string, boolean>();
  for (const round of rounds) {
    const stored = await insert((sql, parameters) => tx.query(sql, parameters), round);
    for (const [id, isTwin] of stored) inserted.set(id, isTwin);
  }
  return inserted;
}

/** Keeps deliveries of the same bytes to guarded sources away until this transaction ends. */
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
 * All bodies travel as one binary parameter and are cut apart by the server: as an array they would be sent as text in
 * hex, twice the size.
 * @returns id of each inserted row -> whether the replay guard took it for a duplicate
 */
export async function insert(query: Query, items: readonly InboxItem[]): Promise<Map<string, boolean>> {
  let start = 1;
  const rows = items.map((item, place) => {
    const { id, sourceId, sourceVersion, dedupKey, providerDeliveryId, guardedHash, headers, body } = item;
    const cut = { id, sourceId, sourceVersion, dedupKey, providerDeliveryId, guardedHash, headers, place, start };
    start += body.length;
    return { ...cut, length: body.length, guardSeconds: item.replayGuardSeconds };
  });
  const isGuarded = items.some((item) => item.guardedHash !== null);
  const inserted = await query<{ id: string; isTwin: boolean }>(isGuarded ? INSERT_GUARDED : INSERT_PLAIN, [
    JSON.stringify(rows),
    items.length === 1 && items[0] ? items[0].body : Buffer.concat(items.map((item) => item.body)),
  ]);
  return new Map(inserted.map((row) => [row.id, row.isTwin]));
}

/** @param twin SQL for the id of an earlier delivery of the same bytes */
const insertWith = (twin: string): string => `
  INSERT INTO deliveries (id, source_id, workspace_id, provider, dedup_key, provider_delivery_id, guarded_hash,
    duplicate_of, headers, body, received_at)
  SELECT new.id, sources.id, sources.workspace_id, sources.provider, new."dedupKey", new."providerDeliveryId",
    decode(new."guardedHash", 'hex'), ${twin}, new.headers, substring($2::bytea FROM new.start FOR new.length), now()
  FROM json_to_recordset($1::json) AS new (id uuid, "sourceId" uuid, "sourceVersion" integer, "dedupKey" text,
    "providerDeliveryId" text, "guardedHash" text, "guardSeconds" integer, headers jsonb, place integer,
    start integer, length integer)
  JOIN sources ON sources.id = new."sourceId" AND sources.version = new."sourceVersion" AND sources.enabled
  ORDER BY new.place
  ON CONFLICT (source_id, dedup_key) DO NOTHING
  RETURNING id, duplicate_of IS NOT NULL AS "isTwin"`;

const INSERT_PLAIN = insertWith('NULL');

const INSERT_GUARDED = insertWith(`(
    SELECT earlier.id FROM deliveries AS earlier
    WHERE earlier.source_id = new."sourceId" AND earlier.guarded_hash = decode(new."guardedHash", 'hex')
      AND earlier.duplicate_of IS NULL
      AND earlier.received_at > now() - make_interval(secs => new."guardSeconds")
    ORDER BY earlier.id LIMIT 1)`);
