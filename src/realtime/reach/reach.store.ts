import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import type { Via } from '../channels/subscriber.js';

/** An event and its channel as it is now. */
export interface ReachedEvent {
  readonly id: string;
  readonly type: string;
  readonly channel: string;
  readonly channelId: string;
  readonly epoch: string;
  readonly offset: number;
  readonly at: Date;
  readonly actor: string | null;
  readonly sessionId: string | null;
}

/** A subscription that began before an event and did not end before it. */
export interface FoundSpan {
  readonly nodeId: string;
  readonly number: string;
  readonly userId: string;
  readonly sessionId: string;
  readonly via: Via;
  readonly epoch: string;
  readonly fromAt: Date;
  readonly toAt: Date | null;
  readonly unknownUntil: Date | null;
  /** The last offset that it is known to have reached. */
  readonly reached: number;
  /** When it is known to have reached that offset. */
  readonly reachedAt: Date;
  /** Null once it has ended. */
  readonly reportedAt: Date | null;
  /** False for an open subscription of a node that may send nothing any more. */
  readonly isNodeAlive: boolean;
}

export interface SpanCursor {
  readonly userId: string;
  readonly nodeId: string;
  readonly number: string;
}

interface SpanRow extends Omit<FoundSpan, 'reached'> {
  readonly reached: string;
}

/** An event can be committed, and then written, this long after its time, in seconds. */
const COMMIT_SECONDS = 1;
/** Clocks of processes follow that of the database this closely, in seconds. */
const CLOCK_SECONDS = 0.25;

/** Reads the record of subscriptions. */
@Injectable()
export class ReachStore {
  constructor(private readonly database: Database) {}

  async findEvent(id: string): Promise<ReachedEvent | undefined> {
    const [row] = await this.database.query<Omit<ReachedEvent, 'offset'> & { offset: string }>(
      `SELECT events.id, events.type, channels.name AS channel, channels.id AS "channelId", channels.epoch,
         events."offset", events.created_at AS at, events.actor, events.session_id AS "sessionId"
       FROM events JOIN channels ON channels.id = events.channel_id
       WHERE events.id = $1`,
      [id],
    );
    return row && { ...row, offset: Number(row.offset) };
  }

  /**
   * The subscriptions that the event may have been written to: those that had reached its offset when they ended or
   * reported last, the open ones that have not, and those that were lost with their node after the event.
   * @returns by user, and one more than `limit` when there are more
   */
  async spansOf(
    { channelId, offset, at, epoch }: ReachedEvent,
    { userId, limit, cursor }: { userId?: string | undefined; limit: number; cursor?: SpanCursor | undefined },
  ): Promise<FoundSpan[]> {
    const rows = await this.database.query<SpanRow>(
      `SELECT span.node_id AS "nodeId", span.number, span.user_id AS "userId", span.session_id AS "sessionId", span.via,
         span.epoch, span.from_at AS "fromAt", span.to_at AS "toAt", span.unknown_until AS "unknownUntil",
         greatest(span.from_offset, coalesce(span.to_offset, span.reached, progress."offset", 0)) AS reached,
         coalesce(span.to_at, CASE WHEN span.reached IS NULL THEN progress.at END, node.reported_at, now())
           AS "reachedAt",
         node.reported_at AS "reportedAt",
         coalesce(lease.lease_until > now(), false) AS "isNodeAlive"
       FROM subscription_spans AS span
       LEFT JOIN span_nodes AS node ON span.to_at IS NULL AND node.id = span.node_id
       LEFT JOIN fence_nodes AS lease ON span.to_at IS NULL AND lease.id = span.node_id
       LEFT JOIN span_progress AS progress ON span.to_at IS NULL AND progress.node_id = span.node_id
         AND progress.channel_id = span.channel_id AND progress.epoch = span.epoch
       WHERE span.channel_id = $1 AND span.from_offset < $2
         AND (span.to_offset >= $2 OR (span.to_offset IS NULL
           AND (span.unknown_until IS NULL OR span.unknown_until >= $3 OR span.reached >= $2)))
         AND (span.epoch = $9 OR span.to_at IS NULL OR span.to_at >= $3)
         AND ($4::uuid IS NULL OR span.user_id = $4)
         AND ($5::uuid IS NULL OR (span.user_id, span.node_id, span.number) > ($5, $6::uuid, $7::bigint))
       ORDER BY span.user_id, span.node_id, span.number LIMIT $8`,
      [
        channelId,
        offset,
        at,
        userId ?? null,
        cursor?.userId ?? null,
        cursor?.nodeId ?? null,
        cursor?.number ?? null,
        limit + 1,
        epoch,
      ],
    );
    return rows.map((row) => ({ ...row, reached: Number(row.reached) }));
  }

  /** Whether subscriptions of this time may be missing: a node died, did not record, or has not reported since. */
  async isIncomplete(at: Date): Promise<boolean> {
    const [row] = await this.database.query<{ isIncomplete: boolean }>(
      `SELECT EXISTS (SELECT FROM span_gaps
           WHERE from_at <= $1::timestamptz + make_interval(secs => $2)
             AND until_at >= $1::timestamptz - make_interval(secs => $3))
         OR EXISTS (SELECT FROM span_nodes WHERE reported_at <= $1::timestamptz + make_interval(secs => $2))
         AS "isIncomplete"`,
      [at, COMMIT_SECONDS, CLOCK_SECONDS],
    );
    return row?.isIncomplete ?? true;
  }

  /** Whether the user had a session at this time, in any workspace. */
  async hadSession(userId: string, at: Date): Promise<boolean> {
    const [row] = await this.database.query<{ hadSession: boolean }>(
      `SELECT EXISTS (SELECT FROM subscription_spans
         WHERE user_id = $1 AND (to_at >= $2 OR to_at IS NULL OR unknown_until >= $2) AND from_at <= $2) AS "hadSession"`,
      [userId, at],
    );
    return row?.hadSession ?? false;
  }
}
