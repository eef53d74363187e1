import type { Database } from '../database/database.js';

/** Rows of one table that are deleted by age. All text is constant. */
export interface AgingRows {
  readonly table: string;
  /** The column with a row's database time. */
  readonly agesBy: string;
  readonly days: number;
}

export interface OldShare {
  /** Number of expired rows; an estimate for large tables. */
  readonly old: number;
  /** Between 0 and 1. */
  readonly share: number;
}

/** Pages that are sampled: 8 MB. Smaller tables are counted completely. */
const MAX_PAGES = 1_000;

/** The share of expired rows, at the same cost for every table size. */
export async function oldShare(database: Pick<Database, 'query'>, rows: AgingRows): Promise<OldShare> {
  const [size] = await database.query<{ pages: number }>(
    `SELECT pg_relation_size($1::text::regclass)::float8 / current_setting('block_size')::float8 AS pages`,
    [rows.table],
  );
  const part = Math.min(1, MAX_PAGES / Math.max(1, size?.pages ?? 0));
  const [seen] = await database.query<{ old: number; all: number }>(
    `SELECT count(*) FILTER (WHERE ${rows.agesBy} < now() - make_interval(days => $1))::float8 AS old,
       count(*)::float8 AS all
     FROM ${rows.table} TABLESAMPLE SYSTEM ($2)`,
    [rows.days, part * 100],
  );
  const { old = 0, all = 0 } = seen ?? {};
  return { old: Math.round(old / part), share: all === 0 ? 0 : old / all };
}
