import { firstIdAt } from '../../platform/ids.js';
import type { DeliveryFilter } from './delivery-filter.js';

export type ScanOrder = 'newest' | 'oldest';

/** The most rows that one search reads. */
export const MAX_SCANNED = 10_000;

/** Ids carry the time of the request, which is a little before the time of its storage. */
const ID_SLACK_MS = 10_000;
const MAX_ID_MS = 2 ** 48 - 1;

/** The first of these conditions that a filter has drives the scan: an index holds its rows in the order of ids. */
const DRIVERS = [
  ['providerDeliveryId', 'provider_delivery_id = $4'],
  ['sourceId', 'source_id = $4::uuid'],
  ['eventType', 'event_type = $4'],
  ['provider', 'provider = $4'],
] as const;

/** Literals, because a partial index serves no parameter. */
const STATUS_DRIVERS: Readonly<Record<string, string>> = {
  failed: `status = 'failed' AND $4::text IS NULL`,
  received: `status = 'received' AND $4::text IS NULL`,
};

const NO_DRIVER = '$4::text IS NULL';

const REST = `
  ($5::text IS NULL OR provider_delivery_id = $5) AND ($6::uuid IS NULL OR source_id = $6)
  AND ($7::text IS NULL OR event_type = $7) AND ($8::text IS NULL OR provider = $8)
  AND ($9::text IS NULL OR status = $9)
  AND ($10::timestamptz IS NULL OR received_at >= $10) AND ($11::timestamptz IS NULL OR received_at < $11)
  AND ($12::text IS NULL OR strpos(lower(title), lower($12)) > 0 OR strpos(lower(sender), lower($12)) > 0)
  AND ($13::boolean IS NULL OR test = $13)`;

const COLUMNS = 'id, source_id, provider, event_type, status, provider_delivery_id, received_at, title, sender, test';

/** SQL that returns the ids of matching rows among the first 10,000 that meet the driving condition. */
export const scanSql = (filter: DeliveryFilter, order: ScanOrder): string =>
  `SELECT id FROM (${rowsSql(filter, order, COLUMNS, MAX_SCANNED)}) AS scanned
   WHERE ${REST} ORDER BY id ${direction(order)} LIMIT $14`;

/** SQL that returns the id of the last row that such a scan reads, if it reads all 10,000. */
export const scanEndSql = (filter: DeliveryFilter, order: ScanOrder): string =>
  `SELECT id FROM (${rowsSql(filter, order, 'id', MAX_SCANNED)}) AS scanned
   ORDER BY id ${direction(order)} OFFSET ${MAX_SCANNED - 1} LIMIT 1`;

/** SQL that reads the first rows that meet the driving condition. */
export function rowsSql(filter: DeliveryFilter, order: ScanOrder, columns: string, limit: number): string {
  const rowsWhere = (condition: string) =>
    `SELECT ${columns} FROM deliveries
     WHERE workspace_id = $1 AND id > $2 AND id < $3 AND ${condition} ORDER BY id ${direction(order)} LIMIT ${limit}`;
  const driver = driverOf(filter)?.[1];
  if (driver === undefined) return rowsWhere(STATUS_DRIVERS[filter.status ?? ''] ?? NO_DRIVER);
  // The indexes hold no pending delivery: accepting one must not cost an entry in each.
  const [settled, pending] = [`status <> 'received' AND ${driver}`, `status = 'received' AND ${driver}`];
  return `SELECT ${columns} FROM ((${rowsWhere(settled)}) UNION ALL (${rowsWhere(pending)})) AS either
   ORDER BY id ${direction(order)} LIMIT ${limit}`;
}

const direction = (order: ScanOrder): string => (order === 'newest' ? 'DESC' : 'ASC');

/** Undefined if the status drives the scan, or the workspace alone. */
const driverOf = (filter: DeliveryFilter) =>
  filter.status === 'received' ? undefined : DRIVERS.find(([name]) => filter[name] !== undefined);

export interface ScanWindow {
  readonly order: ScanOrder;
  /** The id that the scan goes on from. */
  readonly cursor?: string | undefined;
}

/** The parameters of `scanEndSql`, and the first ones of `scanSql`. */
export function rowsParameters(workspaceId: string, filter: DeliveryFilter, { order, cursor }: ScanWindow): unknown[] {
  const low = idAt(filter.since, -ID_SLACK_MS) ?? LOWEST;
  const high = idAt(filter.until, ID_SLACK_MS) ?? HIGHEST;
  const driver = driverOf(filter)?.[0];
  return [
    workspaceId,
    order === 'oldest' && cursor !== undefined && cursor > low ? cursor : low,
    order === 'newest' && cursor !== undefined && cursor < high ? cursor : high,
    driver === undefined ? null : filter[driver],
  ];
}

/** The other parameters of `scanSql`. */
export function restParameters(filter: DeliveryFilter, limit: number): unknown[] {
  const { providerDeliveryId, sourceId, eventType, provider, status, since, until, q, test } = filter;
  const values = [providerDeliveryId, sourceId, eventType, provider, status, since, until, q, test];
  return [...values.map((value) => value ?? null), limit];
}

const LOWEST = '00000000-0000-0000-0000-000000000000';
const HIGHEST = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

function idAt(moment: string | undefined, slackMs: number): string | undefined {
  if (moment === undefined) return undefined;
  return firstIdAt(Math.min(Math.max(Date.parse(moment) + slackMs, 0), MAX_ID_MS));
}
