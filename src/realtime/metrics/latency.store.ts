import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { HOUR, MINUTE, type FiguresWindow } from '../../platform/traffic/rollups.js';
import { LATENCY_BOUNDS } from './socket-latency.js';

/** Counts of webhooks by index of LATENCY_BOUNDS. */
export type LatencyCounts = readonly number[];

/** The latencies of all gateways, in rows of a minute and of an hour. */
@Injectable()
export class LatencyStore {
  constructor(private readonly database: Database) {}

  /** Adds to the current minute and hour, in the order of the key, so that gateways can't deadlock. */
  async add(counts: LatencyCounts): Promise<void> {
    const counted = LATENCY_BOUNDS.map((bound, i) => ({ bound, count: counts[i] ?? 0 })).filter(
      ({ count }) => count > 0,
    );
    if (counted.length === 0) return;
    await this.database.query(
      `INSERT INTO webhook_latencies AS known (seconds, at, bound_ms, count)
       SELECT length.seconds, to_timestamp(floor(extract(epoch FROM now()) / length.seconds) * length.seconds),
         new.bound_ms, new.count
       FROM unnest($1::integer[], $2::bigint[]) AS new (bound_ms, count)
       CROSS JOIN (VALUES (${MINUTE}), (${HOUR})) AS length (seconds)
       ORDER BY length.seconds, new.bound_ms
       ON CONFLICT (seconds, at, bound_ms) DO UPDATE SET count = known.count + excluded.count`,
      [counted.map(({ bound }) => bound), counted.map(({ count }) => count)],
    );
  }

  /** @returns the counts by the begin of the bucket in milliseconds since 1970, where there are some */
  async read(window: FiguresWindow): Promise<Map<number, LatencyCounts>> {
    const rows = await this.database.query<{ at: string; boundMs: number; count: string }>(
      `SELECT (floor(extract(epoch FROM at) / $3::integer) * $3::integer * 1000)::bigint AS at, bound_ms AS "boundMs",
         sum(count) AS count
       FROM webhook_latencies WHERE seconds = $4 AND at >= $1 AND at < $2
       GROUP BY 1, 2`,
      [new Date(window.since), new Date(window.until), window.bucketSeconds, window.rowSeconds],
    );
    const found = new Map<number, number[]>();
    for (const { at, boundMs, count } of rows) {
      const counts = found.get(Number(at)) ?? LATENCY_BOUNDS.map(() => 0);
      // Another release may have other bounds: their counts go into the next higher one.
      const index = LATENCY_BOUNDS.findIndex((bound) => boundMs <= bound);
      if (index >= 0) counts[index] = (counts[index] ?? 0) + Number(count);
      found.set(Number(at), counts);
    }
    return found;
  }
}
