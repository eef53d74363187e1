import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { HOUR, MINUTE, type FiguresWindow } from '../../platform/traffic/rollups.js';

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
}
