import { Injectable } from '@nestjs/common';
import { databaseNow } from '../../platform/clock/database-clock.js';
import { Database } from '../../platform/database/database.js';
import type { DeliveryFilter } from './delivery-filter.js';
import { rowsParameters, rowsSql } from './delivery-scan.js';
import type { StatsQuery, StatsResponse } from './delivery-stats.schemas.js';

/** The most rows that one answer counts. */
const MAX_COUNTED = 200_000;
const DAY_MS = 86_400_000;

interface Counted {
  /** In milliseconds since 1970. */
  readonly at: string;
  readonly status: 'received' | 'processed' | 'failed';
  readonly count: string;
  readonly oldest: Date;
  readonly isLimited: boolean;
}

/** Counts deliveries by status over time, newest first, at most 200,000 of them. */
@Injectable()
export class DeliveryStats {
  constructor(private readonly database: Database) {}

  async count(workspaceId: string, query: StatsQuery): Promise<StatsResponse> {
    const until = query.until ?? new Date(databaseNow() + 1).toISOString();
    const since = query.since ?? new Date(Date.parse(until) - DAY_MS).toISOString();
    const filter = { since, until, sourceId: query.sourceId };
    const driven = rowsParameters(workspaceId, filter, { order: 'newest' });
    const ms = query.bucket * 1_000;
    const rows = await this.database.query<Counted>(countSql(filter), [...driven, since, until, ms]);
    const limited = rows.find(({ isLimited }) => isLimited);
    return {
      since,
      until,
      bucketSeconds: query.bucket,
      buckets: bucketsOf(rows, { first: floor(Date.parse(since), ms), end: Date.parse(until), ms }),
      countedSince: limited === undefined ? since : limited.oldest.toISOString(),
      stopped: limited !== undefined,
    };
  }
}

const countSql = (filter: DeliveryFilter): string => `
  WITH read AS (
    ${rowsSql(filter, 'newest', 'id, received_at, status', MAX_COUNTED)}),
  whole AS (SELECT count(*) >= ${MAX_COUNTED} AS "isLimited", min(received_at) AS oldest FROM read)
  SELECT (floor(extract(epoch FROM received_at) * 1000 / $7::bigint) * $7::bigint)::bigint AS at, status, count(*) AS count,
    whole.oldest, whole."isLimited"
  FROM read CROSS JOIN whole
  WHERE received_at >= $5 AND received_at < $6
  GROUP BY 1, 2, whole.oldest, whole."isLimited"`;

const floor = (time: number, ms: number): number => Math.floor(time / ms) * ms;

function bucketsOf(
  rows: readonly Counted[],
  { first, end, ms }: { first: number; end: number; ms: number },
): StatsResponse['buckets'] {
  const buckets = new Map<number, StatsResponse['buckets'][number]>();
  for (let at = first; at < end; at += ms) {
    buckets.set(at, { at: new Date(at).toISOString(), received: 0, processed: 0, failed: 0 });
  }
  for (const { at, status, count } of rows) {
    const bucket = buckets.get(Number(at));
    if (bucket !== undefined) bucket[status] = Number(count);
  }
  return [...buckets.values()];
}
