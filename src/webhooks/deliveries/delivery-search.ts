import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { conditionsHold } from './body-conditions.js';
import type { DeliveryFilter } from './delivery-filter.js';
import {
  MAX_SCANNED,
  restParameters,
  rowsParameters,
  scanEndSql,
  scanSql,
  type ScanOrder,
  type ScanWindow,
} from './delivery-scan.js';
import type { Query } from './insert-deliveries.js';

/** The ids of deliveries that a search found, in the order of the scan. */
export interface Found {
  readonly ids: readonly string[];
  /** Where the search goes on; undefined after the last delivery. */
  readonly next: string | undefined;
  /** True if the search ended early, because it had read its limit of rows or of bytes. */
  readonly stopped: boolean;
}

export interface SearchWindow extends ScanWindow {
  readonly limit: number;
}

interface Body {
  readonly id: string;
  /** Null for one that is too large to be searched. */
  readonly body: Buffer | null;
}

const BODIES_AT_ONCE = 100;
/** Larger bodies are not searched: parsing them would block the event loop. */
const MAX_BODY_BYTES = 256 * 1024;
const MAX_BYTES = 64 * 1024 * 1024;

/** Finds deliveries of a workspace by a filter. A search reads at most 10,000 rows, whatever the filter. */
@Injectable()
export class DeliverySearch {
  constructor(private readonly database: Database) {}

  async find(
    workspaceId: string,
    filter: DeliveryFilter,
    window: SearchWindow,
    query: Query = (sql, parameters) => this.database.query(sql, parameters),
  ): Promise<Found> {
    if (filter.body !== undefined) return findByBody(query, workspaceId, filter, window);
    return scan(query, workspaceId, filter, window);
  }
}

async function scan(query: Query, workspaceId: string, filter: DeliveryFilter, window: SearchWindow): Promise<Found> {
  const { limit, order } = window;
  const rows = rowsParameters(workspaceId, filter, window);
  const sql = scanSql(filter, order);
  const found = (await query<{ id: string }>(sql, [...rows, ...restParameters(filter, limit + 1)])).map(({ id }) => id);
  const ids = found.slice(0, limit);
  if (found.length > limit) return { ids, next: ids.at(-1), stopped: false };
  const [end] = await query<{ id: string }>(scanEndSql(filter, order), rows);
  return { ids, next: end?.id, stopped: end !== undefined };
}

/** Reads the bodies in small batches and tests them here: SQL fails on the first body that is not JSON. */
async function findByBody(
  query: Query,
  workspaceId: string,
  filter: DeliveryFilter,
  { order, cursor, limit }: SearchWindow,
): Promise<Found> {
  const { body: wanted = {}, ...rest } = filter;
  const ids: string[] = [];
  let next = cursor;
  let bytes = 0;
  for (let read = 0; read < MAX_SCANNED && bytes < MAX_BYTES; read += BODIES_AT_ONCE) {
    const candidates = await scan(query, workspaceId, rest, { order, cursor: next, limit: BODIES_AT_ONCE });
    for (const { id, body } of await bodiesOf(query, candidates.ids, order)) {
      bytes += body?.length ?? 0;
      if (body === null || !conditionsHold(body, wanted)) continue;
      ids.push(id);
      if (ids.length === limit) return { ids, next: id, stopped: false };
    }
    next = candidates.next;
    if (next === undefined || candidates.stopped) return { ids, next, stopped: candidates.stopped };
  }
  return { ids, next, stopped: true };
}

async function bodiesOf(query: Query, ids: readonly string[], order: ScanOrder): Promise<Body[]> {
  const rows = await query<Body>(
    `SELECT id, CASE WHEN octet_length(body) <= ${MAX_BODY_BYTES} THEN body END AS body
     FROM deliveries WHERE id = ANY($1::uuid[]) ORDER BY id`,
    [ids],
  );
  return order === 'newest' ? rows.toReversed() : rows;
}
