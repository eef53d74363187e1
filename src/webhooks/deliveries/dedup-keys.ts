import { createHash } from 'node:crypto';
import type { Transaction } from '../../platform/database/database.js';
import { OUTDATED, type InboxItem, type Stored } from './inbox-item.js';
import { insert, lockBytes, type Query } from './insert-deliveries.js';

/** A stored delivery that has the key of another one, or is the same delivery. */
export interface Holder {
  readonly id: string;
  readonly isRepeat: boolean;
}

const TRIES = 5;

/**
 * Who has the keys of these deliveries, by their ids. A delivery that had to give its key away (see `takeKeys`) is found
 * by the hash of its bytes. Its length is compared first: to hash megabytes takes a while.
 */
export async function findHolders(query: Query, items: readonly InboxItem[]): Promise<Map<string, Holder>> {
  const rows = await query<Holder & { itemId: string }>(FIND_HOLDERS, [JSON.stringify(items.map(wantedOf))]);
  return new Map(rows.map(({ itemId, id, isRepeat }) => [itemId, { id, isRepeat }]));
}

/** Of two for one delivery, the one that it repeats comes last. */
const FIND_HOLDERS = `
  SELECT wanted.id AS "itemId", holder.id,
    CASE WHEN wanted.by = 'key' OR holder.dedup_key = wanted."bytesKey" THEN true
      WHEN wanted.by = 'time' THEN holder.received_at > now() - make_interval(secs => wanted.seconds)
      WHEN octet_length(holder.body) <> wanted.length THEN false
      ELSE sha256(holder.body) = decode(wanted.hash, 'hex') END AS "isRepeat"
  FROM json_to_recordset($1::json) AS wanted (id uuid, "sourceId" uuid, "dedupKey" text, "bytesKey" text, by text,
    hash text, length integer, seconds integer)
  JOIN deliveries AS holder ON holder.source_id = wanted."sourceId"
    AND holder.dedup_key IN (wanted."dedupKey", wanted."bytesKey")
  ORDER BY "isRepeat"`;

function wantedOf({ id, sourceId, dedupKey, repeats, body }: InboxItem) {
  const wanted = { id, sourceId, dedupKey, by: repeats.by, length: body.length };
  if (repeats.by === 'time') return { ...wanted, seconds: repeats.seconds };
  if (repeats.by === 'key') return wanted;
  const hash = createHash('sha256').update(body).digest('hex');
  return { ...wanted, hash, bytesKey: `bytes:${hash}:${dedupKey}` };
}

/**
 * Stores deliveries whose keys belong to other deliveries. The newest has the key, and the one before it gets another, so
 * that the key is known for as long as any of them is kept. The row that has a key is its lock: one delivery at a time
 * takes it over, on whatever node.
 * @returns what became of each, by its id
 */
export async function takeOverKeys(tx: Transaction, items: readonly InboxItem[]): Promise<Map<string, Stored>> {
  await lockBytes(tx, items);
  const current = await lockSources(tx, items);
  const outcomes = new Map<string, Stored>();
  const first = new Map<string, string>();
  // One after the other, in the order of their keys: at once they could deadlock with another node.
  for (const item of items) {
    const same = sameAs(item);
    const earlier = first.get(same);
    const isCurrent = current.get(item.sourceId) === item.sourceVersion;
    const outcome = !isCurrent ? OUTDATED : earlier === undefined ? await takeKey(tx, item) : duplicateOf(earlier);
    if (outcome.outcome !== 'outdated') first.set(same, outcome.deliveryId);
    outcomes.set(item.id, outcome);
  }
  return outcomes;
}

/** Equal for those of one batch that are repeats of each other. */
function sameAs(item: InboxItem): string {
  const { sourceId, dedupKey, hash } = { hash: '', ...wantedOf(item) };
  return `${hash} ${sourceId} ${dedupKey}`;
}

const duplicateOf = (deliveryId: string): Stored => ({ outcome: 'duplicate', deliveryId, duplicate: true });

/** The versions of the sources, which stay until this transaction ends. */
async function lockSources(tx: Transaction, items: readonly InboxItem[]): Promise<Map<string, number>> {
  const rows = await tx.query<{ id: string; version: number }>(
    'SELECT id, version FROM sources WHERE id = ANY($1::uuid[]) AND enabled ORDER BY id FOR SHARE',
    [[...new Set(items.map(({ sourceId }) => sourceId))]],
  );
  return new Map(rows.map(({ id, version }) => [id, version]));
}

async function takeKey(tx: Transaction, item: InboxItem): Promise<Stored> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const [locked] = await tx.query<{ id: string }>(
      'SELECT id FROM deliveries WHERE source_id = $1 AND dedup_key = $2 FOR UPDATE',
      [item.sourceId, item.dedupKey],
    );
    const holder = (await findHolders((sql, parameters) => tx.query(sql, parameters), [item])).get(item.id);
    if (holder?.isRepeat === true) return duplicateOf(holder.id);
    // Another delivery has taken the key while this one waited for its turn.
    if (holder?.id !== locked?.id) continue;
    if (locked !== undefined) await giveKeyAway(tx, locked.id, item);
    const isTwin = (await insert((sql, parameters) => tx.query(sql, parameters), [item])).get(item.id);
    if (isTwin !== undefined) return { outcome: 'stored', deliveryId: item.id, duplicate: isTwin };
  }
  throw new Error('The key of a delivery changed hands too often.');
}

/** The new key begins in a way that no key of a sender does. */
async function giveKeyAway(tx: Transaction, id: string, { repeats }: InboxItem): Promise<void> {
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
