import { createHash } from 'node:crypto';
import type { Transaction } from '../../platform/database/database.js';
import { OUTDATED, type InboxItem, type Stored } from './inbox-item.js';
import { insert, lockBytes, type Query } from './insert-deliveries.js';

/** A stored delivery with the dedup key of a new one. `isRepeat`: the new one is the same delivery. */
export interface KeyHolder {
  readonly id: string;
  readonly isRepeat: boolean;
}

const MAX_ATTEMPTS = 5;

/**
 * Finds the stored deliveries that hold the keys of these deliveries, by their ids. A delivery that lost its key (see
 * `takeOverKeys`) is found by the hash of its bytes; lengths are compared first, since hashing megabytes is slow.
 */
export async function findKeyHolders(query: Query, items: readonly InboxItem[]): Promise<Map<string, KeyHolder>> {
  const rows = await query<KeyHolder & { itemId: string }>(FIND_KEY_HOLDERS, [JSON.stringify(items.map(lookupOf))]);
  return new Map(rows.map(({ itemId, id, isRepeat }) => [itemId, { id, isRepeat }]));
}

/** If a delivery has two rows, the one that it repeats comes last and wins. */
const FIND_KEY_HOLDERS = `
  SELECT lookup.id AS "itemId", holder.id,
    CASE WHEN lookup.by = 'key' OR holder.dedup_key = lookup."bytesKey" THEN true
      WHEN lookup.by = 'time' THEN holder.received_at > now() - make_interval(secs => lookup.seconds)
      WHEN octet_length(holder.body) <> lookup.length THEN false
      ELSE sha256(holder.body) = decode(lookup.hash, 'hex') END AS "isRepeat"
  FROM json_to_recordset($1::json) AS lookup (id uuid, "sourceId" uuid, "dedupKey" text, "bytesKey" text, by text,
    hash text, length integer, seconds integer)
  JOIN deliveries AS holder ON holder.source_id = lookup."sourceId"
    AND holder.dedup_key IN (lookup."dedupKey", lookup."bytesKey")
  ORDER BY "isRepeat"`;

function lookupOf({ id, sourceId, dedupKey, repeats, body }: InboxItem) {
  const lookup = { id, sourceId, dedupKey, by: repeats.by, length: body.length };
  if (repeats.by === 'time') return { ...lookup, seconds: repeats.seconds };
  if (repeats.by === 'key') return lookup;
  const hash = createHash('sha256').update(body).digest('hex');
  return { ...lookup, hash, bytesKey: `bytes:${hash}:${dedupKey}` };
}

/**
 * Stores deliveries whose keys belong to other deliveries. The newest gets the key and the previous holder a derived
 * one, so that the key is known while any of them is stored. The row of the holder is the lock across all nodes.
 * @returns the outcome for each delivery, by its id
 */
export async function takeOverKeys(tx: Transaction, items: readonly InboxItem[]): Promise<Map<string, Stored>> {
  await lockBytes(tx, items);
  const current = await lockSources(tx, items);
  const outcomes = new Map<string, Stored>();
  const firstIds = new Map<string, string>();
  // Sequentially, in the order of the keys: concurrent statements could deadlock with another node.
  for (const item of items) {
    const identity = identityOf(item);
    const earlier = firstIds.get(identity);
    const isCurrent = current.get(item.sourceId) === item.sourceVersion;
    const outcome = !isCurrent ? OUTDATED : earlier === undefined ? await takeKey(tx, item) : duplicateOf(earlier);
    if (outcome.outcome !== 'outdated') firstIds.set(identity, outcome.deliveryId);
    outcomes.set(item.id, outcome);
  }
  return outcomes;
}

/** Equal for deliveries of one batch that repeat each other. */
function identityOf(item: InboxItem): string {
  const { sourceId, dedupKey, hash } = { hash: '', ...lookupOf(item) };
  return `${hash} ${sourceId} ${dedupKey}`;
}

const duplicateOf = (deliveryId: string): Stored => ({ outcome: 'duplicate', deliveryId, duplicate: true });

/** Reads the versions of the sources and locks them until the transaction ends. */
async function lockSources(tx: Transaction, items: readonly InboxItem[]): Promise<Map<string, number>> {
  const rows = await tx.query<{ id: string; version: number }>(
    'SELECT id, version FROM sources WHERE id = ANY($1::uuid[]) AND enabled ORDER BY id FOR SHARE',
    [[...new Set(items.map(({ sourceId }) => sourceId))]],
  );
  return new Map(rows.map(({ id, version }) => [id, version]));
}

async function takeKey(tx: Transaction, item: InboxItem): Promise<Stored> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const [locked] = await tx.query<{ id: string }>(
      'SELECT id FROM deliveries WHERE source_id = $1 AND dedup_key = $2 FOR UPDATE',
      [item.sourceId, item.dedupKey],
    );
    const holder = (await findKeyHolders((sql, parameters) => tx.query(sql, parameters), [item])).get(item.id);
    if (holder?.isRepeat === true) return duplicateOf(holder.id);
    // Another delivery has taken the key while this transaction waited for the lock.
    if (holder?.id !== locked?.id) continue;
    if (locked !== undefined) await replaceKey(tx, locked.id, item);
    const isDuplicate = (await insert((sql, parameters) => tx.query(sql, parameters), [item])).get(item.id);
    if (isDuplicate !== undefined) return { outcome: 'stored', deliveryId: item.id, duplicate: isDuplicate };
  }
  throw new Error('Too many concurrent deliveries took over the same dedup key.');
}

/** The prefix of the new key cannot occur in the key of a new delivery. */
async function replaceKey(tx: Transaction, id: string, { repeats }: InboxItem): Promise<void> {
  await tx.query(
    `UPDATE deliveries SET dedup_key = CASE
       WHEN $2 = 'bytes' AND NOT EXISTS (
         SELECT FROM deliveries AS other WHERE other.source_id = deliveries.source_id
           AND other.dedup_key = 'bytes:' || encode(sha256(deliveries.body), 'hex') || ':' || deliveries.dedup_key)
       THEN 'bytes:' || encode(sha256(body), 'hex') || ':' || dedup_key
       ELSE 'earlier:' || id || ':' || dedup_key END
     WHERE id = $1`,
    [id, repeats.by],
  );
}
