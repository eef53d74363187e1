import { Injectable } from '@nestjs/common';
import { databaseNow } from '../../platform/clock/database-clock.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { deleteInPieces } from '../../platform/database/delete-in-pieces.js';
import type { AgingRows } from '../../platform/retention/old-share.js';
import type { Via } from '../channels/subscriber.js';

/** A subscription that has begun. Numbers are unique within a node. */
export interface BegunSpan {
  readonly number: number;
  readonly userId: string;
  readonly sessionId: string;
  readonly via: Via;
  readonly channelId: string;
  readonly epoch: string;
  /** It gets the events after this offset. */
  readonly fromOffset: number;
  readonly fromAt: number;
}

export interface EndedSpan {
  readonly number: number;
  readonly toOffset: number;
  readonly toAt: number;
}

/** The position of a subscription behind its channel; null once it is at the position of the channel again. */
export interface LaggingSpan {
  readonly number: number;
  readonly reached: number | null;
}

/** The offset that the subscriptions of a channel have reached. */
export interface Progress {
  readonly channelId: string;
  readonly epoch: string;
  readonly offset: number;
}

/** The report of a node, as of one moment. Times are in milliseconds since 1970. */
export interface SpanReport {
  readonly begun: ReadonlyArray<BegunSpan & LaggingSpan>;
  readonly ended: readonly EndedSpan[];
  /** The positions of all open subscriptions, as far as they have changed; undefined in a report without them. */
  readonly positions: ReportedPositions | undefined;
}

export interface ReportedPositions {
  readonly at: number;
  readonly lagging: readonly LaggingSpan[];
  readonly progress: readonly Progress[];
  /** Ids of channels without subscriptions. */
  readonly left: readonly string[];
}

const NODES_PER_SWEEP = 4;
/** A node that has just joined may not hold its first lease yet. */
const FIRST_LEASE_SECONDS = 10;

export const agingSpans = (days: number): AgingRows => ({ table: 'subscription_spans', agesBy: 'to_at', days });

const at = (time: number): Date => new Date(time);

/** Writes the record of subscriptions: the spans of this node, and the ends of nodes that died. */
@Injectable()
export class SpanStore {
  constructor(private readonly database: Database) {}

  /** From now on the record is incomplete until this node reports. */
  async join(nodeId: string): Promise<void> {
    await this.database.query('INSERT INTO span_nodes (id, reported_at) VALUES ($1, now()) ON CONFLICT DO NOTHING', [
      nodeId,
    ]);
  }

  /** @returns false if the node was unknown or taken for dead: all positions have to be reported again */
  async write(nodeId: string, { begun, ended, positions }: SpanReport): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const isKnown = await lockNode(tx, nodeId, positions?.at);
      if (!isKnown) await reopen(tx, nodeId);
      if (begun.length > 0) await insertBegun(tx, nodeId, begun);
      if (ended.length > 0) await updateEnded(tx, nodeId, ended);
      // A node that was unknown has to report all positions, and these are only those that changed.
      if (positions !== undefined && isKnown) await writePositions(tx, nodeId, positions);
      return isKnown;
    });
  }

  /** After the last report of a node that shuts down. Only a rollback of the database leaves open spans. */
  async leave(nodeId: string): Promise<void> {
    const now = new Date(databaseNow());
    await this.database.transaction(async (tx) => {
      await closeSpans(tx, { id: nodeId, reportedAt: now, until: now });
      await forgetNode(tx, nodeId);
    });
  }

  /**
   * Closes the records of nodes without a lease of the fence: they write no events any more. A node that comes back
   * opens its record again.
   */
  async closeDead(nodeId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const dead = await tx.query<GoneNode>(
        `SELECT span_nodes.id, reported_at AS "reportedAt", greatest(reported_at, coalesce(lease_until, now())) AS until
         FROM span_nodes LEFT JOIN fence_nodes ON fence_nodes.id = span_nodes.id
         WHERE span_nodes.id <> $1 AND (lease_until < now()
           OR lease_until IS NULL AND reported_at < now() - make_interval(secs => $3))
         ORDER BY span_nodes.id LIMIT $2 FOR UPDATE OF span_nodes SKIP LOCKED`,
        [nodeId, NODES_PER_SWEEP, FIRST_LEASE_SECONDS],
      );
      for (const node of dead) await closeNode(tx, node);
    });
  }

  /** Records that subscriptions of this node were not recorded from one time to another. */
  async recordGap(nodeId: string, fromAt: number, untilAt: number): Promise<void> {
    await this.database.query(
      `INSERT INTO span_gaps (node_id, from_at, until_at) VALUES ($1, $2, $3)
       ON CONFLICT (node_id, from_at) DO UPDATE SET until_at = greatest(span_gaps.until_at, excluded.until_at)`,
      [nodeId, at(fromAt), at(untilAt)],
    );
  }

  /** Deletes what ended more than `days` ago. */
  async prune(days: number, isStopping: () => boolean): Promise<void> {
    await deleteInPieces(
      this.database,
      `DELETE FROM subscription_spans WHERE (node_id, number) IN (
         SELECT node_id, number FROM subscription_spans
         WHERE to_at < now() - make_interval(days => $1) ORDER BY to_at LIMIT $2) RETURNING 1`,
      [days],
      isStopping,
    );
    await this.database.query('DELETE FROM span_gaps WHERE until_at < now() - make_interval(days => $1)', [days]);
  }
}

/** Locks the node against `closeDead`. @param reportedAt if the report has positions */
async function lockNode(tx: Transaction, nodeId: string, reportedAt: number | undefined): Promise<boolean> {
  const [row] = await tx.query<{ isNew: boolean }>(
    `INSERT INTO span_nodes (id, reported_at) VALUES ($1, coalesce($2, now()))
     ON CONFLICT (id) DO UPDATE SET reported_at = coalesce($2, span_nodes.reported_at)
     RETURNING xmax = 0 AS "isNew"`,
    [nodeId, reportedAt === undefined ? null : at(reportedAt)],
  );
  return row?.isNew === false;
}

/** Opens the spans again that another node has closed. Without progress they count as unsent until it is reported. */
async function reopen(tx: Transaction, nodeId: string): Promise<void> {
  await tx.query(
    `UPDATE subscription_spans SET reached = NULL, to_at = NULL, unknown_until = NULL
     WHERE node_id = $1 AND to_offset IS NULL AND unknown_until IS NOT NULL`,
    [nodeId],
  );
  await tx.query('DELETE FROM span_gaps WHERE node_id = $1', [nodeId]);
}

async function insertBegun(tx: Transaction, nodeId: string, begun: SpanReport['begun']): Promise<void> {
  await tx.query(
    `INSERT INTO subscription_spans
       (node_id, number, user_id, session_id, via, channel_id, epoch, from_offset, from_at, reached)
     SELECT $1, * FROM unnest($2::bigint[], $3::uuid[], $4::uuid[], $5::text[], $6::bigint[], $7::uuid[], $8::bigint[],
       $9::timestamptz[], $10::bigint[])
     ON CONFLICT DO NOTHING`,
    [
      nodeId,
      begun.map(({ number }) => number),
      begun.map(({ userId }) => userId),
      begun.map(({ sessionId }) => sessionId),
      begun.map(({ via }) => via),
      begun.map(({ channelId }) => channelId),
      begun.map(({ epoch }) => epoch),
      begun.map(({ fromOffset }) => fromOffset),
      begun.map(({ fromAt }) => at(fromAt)),
      begun.map(({ reached }) => reached),
    ],
  );
}

async function updateEnded(tx: Transaction, nodeId: string, ended: readonly EndedSpan[]): Promise<void> {
  await tx.query(
    `UPDATE subscription_spans AS span SET to_offset = ended.to_offset, to_at = ended.to_at, reached = NULL
     FROM unnest($2::bigint[], $3::bigint[], $4::timestamptz[]) AS ended (number, to_offset, to_at)
     WHERE span.node_id = $1 AND span.number = ended.number`,
    [
      nodeId,
      ended.map(({ number }) => number),
      ended.map(({ toOffset }) => toOffset),
      ended.map(({ toAt }) => at(toAt)),
    ],
  );
}

async function writePositions(
  tx: Transaction,
  nodeId: string,
  { at: time, lagging, progress, left }: ReportedPositions,
): Promise<void> {
  if (left.length > 0) {
    await tx.query('DELETE FROM span_progress WHERE node_id = $1 AND channel_id = ANY($2::bigint[])', [nodeId, left]);
  }
  if (lagging.length > 0) await updateLagging(tx, nodeId, lagging);
  if (progress.length > 0) await upsertProgress(tx, nodeId, time, progress);
}

async function updateLagging(tx: Transaction, nodeId: string, lagging: readonly LaggingSpan[]): Promise<void> {
  await tx.query(
    `UPDATE subscription_spans AS span SET reached = lagging.reached
     FROM unnest($2::bigint[], $3::bigint[]) AS lagging (number, reached)
     WHERE span.node_id = $1 AND span.number = lagging.number AND span.to_offset IS NULL`,
    [nodeId, lagging.map(({ number }) => number), lagging.map(({ reached }) => reached)],
  );
}

async function upsertProgress(
  tx: Transaction,
  nodeId: string,
  time: number,
  progress: readonly Progress[],
): Promise<void> {
  await tx.query(
    `INSERT INTO span_progress (node_id, channel_id, epoch, "offset", at)
     SELECT $1, channel_id, epoch, "offset", $2
     FROM unnest($3::bigint[], $4::uuid[], $5::bigint[]) AS new (channel_id, epoch, "offset")
     ON CONFLICT (node_id, channel_id)
     DO UPDATE SET epoch = excluded.epoch, "offset" = excluded."offset", at = excluded.at`,
    [
      nodeId,
      at(time),
      progress.map(({ channelId }) => channelId),
      progress.map(({ epoch }) => epoch),
      progress.map(({ offset }) => offset),
    ],
  );
}

interface GoneNode {
  readonly id: string;
  /** The time of its last report. */
  readonly reportedAt: Date;
  /** It may have written events until then. */
  readonly until: Date;
}

async function closeNode(tx: Transaction, node: GoneNode): Promise<void> {
  await closeSpans(tx, node);
  await tx.query(
    `INSERT INTO span_gaps (node_id, from_at, until_at) VALUES ($1, $2, $3)
     ON CONFLICT (node_id, from_at) DO UPDATE SET until_at = excluded.until_at`,
    [node.id, node.reportedAt, node.until],
  );
  await forgetNode(tx, node.id);
}

async function closeSpans(tx: Transaction, { id, reportedAt, until }: GoneNode): Promise<void> {
  await tx.query(
    `UPDATE subscription_spans AS span SET to_at = greatest(from_at, $2), unknown_until = $3, reached = coalesce(
       reached,
       (SELECT "offset" FROM span_progress AS known
        WHERE known.node_id = $1 AND known.channel_id = span.channel_id AND known.epoch = span.epoch),
       from_offset)
     WHERE node_id = $1 AND to_offset IS NULL AND unknown_until IS NULL`,
    [id, reportedAt, until],
  );
}

async function forgetNode(tx: Transaction, nodeId: string): Promise<void> {
  await tx.query('DELETE FROM span_progress WHERE node_id = $1', [nodeId]);
  await tx.query('DELETE FROM span_nodes WHERE id = $1', [nodeId]);
}
