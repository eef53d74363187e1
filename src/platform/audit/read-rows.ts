import type { Transaction } from '../database/database.js';
import type { HashedRow } from './audit-chain.js';

/** Conditions on the rows of a chain; omitted fields match every row. */
export interface AuditFilter {
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  /** Inclusive. */
  readonly from?: string | undefined;
  /** Exclusive. */
  readonly to?: string | undefined;
}

interface Portion {
  readonly order: 'ASC' | 'DESC';
  /** The position before the first row in that order; omitted: from the end of the chain. */
  readonly cursor?: number | undefined;
  readonly limit: number;
}

interface StoredRow extends Omit<HashedRow, 'position'> {
  readonly position: string;
}

type Queries = Pick<Transaction, 'query'>;

const BATCH_SIZE = 500;

export async function readRows(
  from: Queries,
  chainId: string,
  filter: AuditFilter,
  { order, cursor, limit }: Portion,
): Promise<HashedRow[]> {
  const rows = await from.query<StoredRow>(
    `SELECT chain_id AS "chainId", position, at, action, actor_id AS "actorId", target, before::text AS before,
       after::text AS after, ip, user_agent AS "userAgent", request_id AS "requestId", hash
     FROM audit
     WHERE chain_id = $1 AND ($2::uuid IS NULL OR actor_id = $2) AND ($3::text IS NULL OR action = $3)
       AND ($4::timestamptz IS NULL OR at >= $4) AND ($5::timestamptz IS NULL OR at < $5)
       AND ($6::bigint IS NULL OR position ${order === 'ASC' ? '>' : '<'} $6)
     ORDER BY position ${order} LIMIT $7`,
    [
      chainId,
      filter.actor ?? null,
      filter.action ?? null,
      filter.from ?? null,
      filter.to ?? null,
      cursor ?? null,
      limit,
    ],
  );
  return rows.map((row) => ({ ...row, position: Number(row.position) }));
}

/** A change of one object. */
export interface AuditedChange {
  readonly at: Date;
  readonly action: string;
  readonly target: string | null;
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
}

/** The newest changes with one of these actions, newest first: of one object, or of all. */
export async function readChanges(
  from: Queries,
  chainId: string,
  { actions, target, limit }: { readonly actions: readonly string[]; readonly target?: string; readonly limit: number },
): Promise<AuditedChange[]> {
  return from.query<AuditedChange>(
    `SELECT at, action, target, before, after FROM audit
     WHERE chain_id = $1 AND action = ANY($2::text[]) AND ($3::text IS NULL OR target = $3)
     ORDER BY position DESC LIMIT $4`,
    [chainId, actions, target ?? null, limit],
  );
}

/** All matching rows, oldest first, in batches, so that they are never all in memory. */
export async function* readAll(
  from: Queries,
  chainId: string,
  filter: AuditFilter = {},
): AsyncGenerator<HashedRow[], void> {
  let cursor: number | undefined;
  for (;;) {
    const rows = await readRows(from, chainId, filter, { order: 'ASC', cursor, limit: BATCH_SIZE });
    if (rows.length > 0) yield rows;
    if (rows.length < BATCH_SIZE) return;
    cursor = rows.at(-1)?.position;
  }
}
