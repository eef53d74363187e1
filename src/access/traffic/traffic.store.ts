import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { deleteInPieces } from '../../platform/database/delete-in-pieces.js';
import type { AgingRows } from '../../platform/retention/old-share.js';
import {
  HOUR,
  HOURS_KEPT_DAYS,
  MINUTE,
  MINUTES_KEPT_HOURS,
  type FiguresWindow,
} from '../../platform/traffic/rollups.js';

export interface WorkspaceCounts {
  readonly webhooks: number;
  readonly events: number;
  readonly sent: number;
}

export interface CountedBucket extends WorkspaceCounts {
  /** In milliseconds since 1970. */
  readonly at: number;
}

/** The figures of workspaces, in rows of a minute and of an hour. */
@Injectable()
export class TrafficStore {
  constructor(private readonly database: Database) {}

  /** Adds to the current minute and hour. Rows are sorted, so that processes can't deadlock. */
  async add(counts: ReadonlyMap<string, WorkspaceCounts>): Promise<void> {
    const rows = [...counts].toSorted(([one], [other]) => (one < other ? -1 : 1));
    await this.database.query(
      `INSERT INTO workspace_traffic AS known (workspace_id, seconds, at, webhooks, events, sent)
       SELECT workspaces.id, length.seconds,
         to_timestamp(floor(extract(epoch FROM now()) / length.seconds) * length.seconds), new.webhooks, new.events,
         new.sent
       FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[]) AS new (id, webhooks, events, sent)
       JOIN workspaces ON workspaces.id = new.id CROSS JOIN (VALUES (${MINUTE}), (${HOUR})) AS length (seconds)
       ORDER BY workspaces.id, length.seconds
       ON CONFLICT (workspace_id, seconds, at) DO UPDATE SET webhooks = known.webhooks + excluded.webhooks,
         events = known.events + excluded.events, sent = known.sent + excluded.sent`,
      [
        rows.map(([id]) => id),
        rows.map(([, { webhooks }]) => webhooks),
        rows.map(([, { events }]) => events),
        rows.map(([, { sent }]) => sent),
      ],
    );
  }

  /** The buckets that have figures. */
  async read(workspaceId: string, window: FiguresWindow): Promise<CountedBucket[]> {
    const rows = await this.database.query<Record<keyof CountedBucket, string>>(
      `SELECT (floor(extract(epoch FROM at) / $4::integer) * $4::integer * 1000)::bigint AS at,
         sum(webhooks) AS webhooks, sum(events) AS events, sum(sent) AS sent
       FROM workspace_traffic
       WHERE workspace_id = $1 AND seconds = $5 AND at >= $2 AND at < $3
       GROUP BY 1`,
      [workspaceId, new Date(window.since), new Date(window.until), window.bucketSeconds, window.rowSeconds],
    );
    return rows.map(({ at, webhooks, events, sent }) => ({
      at: Number(at),
      webhooks: Number(webhooks),
      events: Number(events),
      sent: Number(sent),
    }));
  }

  async prune(isStopping: () => boolean): Promise<void> {
    for (const [seconds, hours] of [
      [MINUTE, MINUTES_KEPT_HOURS],
      [HOUR, HOURS_KEPT_DAYS * 24],
    ]) {
      await deleteInPieces(
        this.database,
        `DELETE FROM workspace_traffic WHERE (workspace_id, seconds, at) IN (
           SELECT workspace_id, seconds, at FROM workspace_traffic
           WHERE seconds = $1 AND at < now() - make_interval(hours => $2) LIMIT $3) RETURNING 1`,
        [seconds, hours],
        isStopping,
      );
    }
  }
}

export const agingTraffic: AgingRows = { table: 'workspace_traffic', agesBy: 'at', days: HOURS_KEPT_DAYS };
