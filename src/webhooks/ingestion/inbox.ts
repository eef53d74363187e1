import { Injectable } from '@nestjs/common';
import { Database, sqlState, type Transaction } from '../../platform/database/database.js';

/** A delivery that has passed its check, on its way into the database. */
export interface InboxItem {
  readonly id: string;
  readonly sourceId: string;
  /** The version of the source that the delivery was checked against. */
  readonly sourceVersion: number;
  readonly dedupKey: string;
  readonly providerDeliveryId: string | null;
  /** SHA-256 of the body, in hex, where the source guards against replays. */
  readonly guardedHash: string | null;
  readonly replayGuardSeconds: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export type Stored =
  | { readonly outcome: 'stored' | 'duplicate'; readonly deliveryId: string; readonly duplicate: boolean }
  /** The source has changed since the delivery was checked: check it again. */
  | { readonly outcome: 'outdated' };

type Query = Transaction['query'];

/**
 * Writes deliveries, many in one statement. The unique key (source, dedup key) decides what is a duplicate; rows go in
 * sorted by it, so that two batches with the same deliveries can't deadlock.
 */
@Injectable()
export class Inbox {
  constructor(private readonly database: Database) {}

  /** @returns an outcome for each item, in their order, after the commit */
  async store(items: readonly InboxItem[]): Promise<Stored[]> {
    try {
      return await this.storeTogether(items);
    } catch (error) {
      // Class 22 is bad data: one item that PostgreSQL refuses must not take the others with it.
      if (items.length === 1 || sqlState(error)?.startsWith('22') !== true) throw error;
      const outcomes = await Promise.allSettled(items.map((item) => this.storeTogether([item])));
      return outcomes.map((one) => (one.status === 'fulfilled' ? (one.value[0] ?? OUTDATED) : OUTDATED));
    }
  }

  private async storeTogether(items: readonly InboxItem[]): Promise<Stored[]> {
    const sorted = items.toSorted((a, b) => compare(a.sourceId, b.sourceId) || compare(a.dedupKey, b.dedupKey));
    const inserted = sorted.some((item) => item.guardedHash !== null)
      ? await this.database.transaction((tx) => insertGuarded(tx, sorted))
      : await insert((sql, parameters) => this.database.query(sql, parameters), sorted);
    const known = inserted.size === items.length ? new Map() : await this.findExisting(sorted, inserted);
    return items.map((item) => outcomeOf(item, inserted, known));
  }

  private async findExisting(
    items: readonly InboxItem[],
    inserted: ReadonlyMap<string, boolean>,
  ): Promise<Map<string, string>> {
    const missing = items.filter((item) => !inserted.has(item.id));
    const rows = await this.database.query<{ id: string; source_id: string; dedup_key: string }>(
      `SELECT id, source_id, dedup_key FROM deliveries
       JOIN unnest($1::uuid[], $2::text[]) AS wanted (source, key) ON source_id = source AND dedup_key = key`,
      [missing.map((item) => item.sourceId), missing.map((item) => item.dedupKey)],
    );
    return new Map(rows.map((row) => [identity(row.source_id, row.dedup_key), row.id]));
  }
}

const OUTDATED: Stored = { outcome: 'outdated' };
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const identity = (sourceId: string, dedupKey: string): string => `${sourceId} ${dedupKey}`;

/**
 * Deliveries of the same bytes to a guarded source are stored one after the other, so that one is the first: a lock keeps
 * those of other processes away, and of those that came together each gets a statement of its own, which sees the rows
 * of those before. That is out of order; should it deadlock, the transaction runs again.
 */
async function insertGuarded(tx: Transaction, items: readonly InboxItem[]): Promise<Map<string, boolean>> {
  const rounds: InboxItem[][] = [];
  const twins = new Map<string, number>();
  for (const item of items) {
    const bytes = item.guardedHash === null ? item.id : identity(item.sourceId, item.guardedHash);
    const round = twins.get(bytes) ?? 0;
    if (item.guardedHash !== null) twins.set(bytes, round + 1);
    (rounds[round] ??= []).push(item);
  }
  await tx.query(
    'SELECT pg_advisory_xact_lock(key) FROM (SELECT hashtextextended(unnest($1::text[]), 0) AS key ORDER BY 1)',
    [[...twins.keys()]],
  );
  const inserted = new Map<string, boolean>();
  for (const round of rounds) {
    const stored = await insert((sql, parameters) => tx.query(sql, parameters), round);
    for (const [id, isTwin] of stored) inserted.set(id, isTwin);
  }
  return inserted;
}

/**
 * All bodies travel as one binary parameter and are cut apart by the server: as an array they would be sent as text in
 * hex, twice the size.
 * @returns id of each inserted row -> whether the replay guard took it for a duplicate
 */
async function insert(query: Query, items: readonly InboxItem[]): Promise<Map<string, boolean>> {
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
    Buffer.concat(items.map((item) => item.body)),
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

function outcomeOf(
  item: InboxItem,
  inserted: ReadonlyMap<string, boolean>,
  known: ReadonlyMap<string, string>,
): Stored {
  const guardedTwin = inserted.get(item.id);
  if (guardedTwin !== undefined) return { outcome: 'stored', deliveryId: item.id, duplicate: guardedTwin };
  const existing = known.get(identity(item.sourceId, item.dedupKey));
  return existing === undefined ? OUTDATED : { outcome: 'duplicate', deliveryId: existing, duplicate: true };
}
