import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { databaseNow } from '../../platform/clock/database-clock.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { deleteInPieces } from '../../platform/database/delete-in-pieces.js';
import type { EventDraft } from '../../platform/events/event-log.js';
import { firstIdAt } from '../../platform/ids.js';
import type { AgingRows } from '../../platform/retention/old-share.js';
import type { Description } from '../providers/provider.js';
import type { Include } from '../sources/include.js';
import { attemptsOf, recordFailedAttempt, type Attempt } from './delivery-attempts.js';
import { Delivery } from './delivery.entity.js';
import type { ReplayRequest } from './delivery.schemas.js';
import { DeliveryMetrics } from './delivery.metrics.js';
import { failureText } from './failure-text.js';
import { resetToPending } from './repeat-deliveries.js';
import type { Sized } from './process-deliveries.job.js';

/** A delivery that this transaction has locked. */
export interface ClaimedDelivery {
  readonly id: string;
  readonly sourceId: string;
  readonly workspaceId: string;
  readonly provider: string;
  /** Null: POST. */
  readonly method: 'GET' | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly attempts: number;
  /** True if its event is published already: only its record may change. */
  readonly hasEvent: boolean;
  /** The part of its body that its event carries, and the path of its channel; those of its source, now. */
  readonly include: Include;
  readonly channelPath: string | null;
  /** Whether each of its items has an event of its own. */
  readonly eventPerItem: boolean;
  /** True if the replay guard found an earlier delivery of the same bytes: this one gets a record and no event. */
  readonly isReplayed: boolean;
  readonly isTest: boolean;
  /** The `traceparent` that its processing continues; null if no trace is recorded. */
  readonly trace: string | null;
}

/** The result of processing a delivery. */
export interface ProcessedDelivery {
  readonly id: string;
  readonly description: Description;
  /** One, or one for each item of a batch; empty if it is published already, or is not to be. */
  readonly events: readonly EventDraft[];
  /** The path of its channel; null: that of the workspace. */
  readonly channelPath: string | null;
  readonly ms: number;
}

/** Attempts that ended, and crashes of workers since the last of them. */
export interface Attempts {
  readonly attempts: number;
  readonly crashes: number;
}

/** A delivery that no worker will retry. */
export interface FailedDelivery {
  readonly sourceId: string;
  readonly workspaceId: string;
  readonly provider: string;
  /** The path of the channel of its source; null: that of the workspace. */
  readonly channelPath: string | null;
  readonly isTest: boolean;
}

/** An attempt that failed. */
export interface Failure {
  readonly reason: string;
  /** How long it took; undefined: the worker crashed. */
  readonly ms: number | undefined;
  /** Undefined: no retry. */
  readonly retryInMs: number | undefined;
}

/** Deliveries of a workspace: one, or those of a replay request. */
export type ReplayedDeliveries = { readonly id: string } | ReplayRequest;

const CLAIM_SECONDS = 30;
const DAY_MS = 86_400_000;
const MAX_EXTRA_BYTES = 64 * 1024;
const MAX_REPLAYED = 10_000;
const MAX_RESCUED = 5_000;
/** After this time without a worker, the job of a delivery is considered lost. */
const LOST_AFTER_SECONDS = 10;
const RESCUE_AGAIN_SECONDS = 30;

/** All statements that read or change stored deliveries. `Inbox` inserts them. */
@Injectable()
export class DeliveryStore {
  constructor(
    private readonly database: Database,
    private readonly metrics: DeliveryMetrics,
  ) {}

  /** These deliveries of the workspace, newest first. */
  list(workspaceId: string, ids: readonly string[]): Promise<Delivery[]> {
    if (ids.length === 0) return Promise.resolve([]);
    return this.database.manager.find(Delivery, { where: { workspaceId, id: In([...ids]) }, order: { id: 'DESC' } });
  }

  /** Those of the sender's ids under which the source has a delivery, pending ones included. */
  async senderIdsAmong(
    workspaceId: string,
    sourceId: string,
    senderIds: readonly string[],
  ): Promise<ReadonlySet<string>> {
    // One branch for the index of the filter, and one for `deliveries_waiting`.
    const rows = await this.database.query<{ id: string }>(
      `SELECT provider_delivery_id AS id FROM deliveries
       WHERE workspace_id = $1 AND source_id = $2 AND provider_delivery_id = ANY($3::text[]) AND status <> 'received'
       UNION
       SELECT provider_delivery_id FROM deliveries
       WHERE workspace_id = $1 AND source_id = $2 AND provider_delivery_id = ANY($3::text[]) AND status = 'received'`,
      [workspaceId, sourceId, senderIds],
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** With its method, its headers and its body. */
  find(workspaceId: string, id: string): Promise<Delivery | null> {
    return this.database.manager
      .createQueryBuilder(Delivery, 'delivery')
      .addSelect(['delivery.method', 'delivery.headers', 'delivery.body'])
      .where({ id, workspaceId })
      .getOne();
  }

  /** The sizes of the bodies of those of these deliveries that the workspace has, in bytes by id. */
  async bodySizes(workspaceId: string, ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const rows = await this.database.query<{ id: string; bytes: number }>(
      'SELECT id, octet_length(body) AS bytes FROM deliveries WHERE workspace_id = $1 AND id = ANY($2::uuid[])',
      [workspaceId, ids],
    );
    return new Map(rows.map(({ id, bytes }) => [id, bytes]));
  }

  /**
   * Claims the named deliveries and, up to `max` in total, the oldest pending others, so that under load one run does
   * the work of many jobs. Claims only small others without an attempt, so that neither poison nor a large body delays
   * the named ones. Skips rows that another worker has claimed.
   */
  claimBatch(tx: Transaction, ids: readonly string[], max: number): Promise<ClaimedDelivery[]> {
    // Finds the rows by id first: by the index of the status, PostgreSQL would read all recently pending rows.
    return tx.query(
      `SELECT locked.id, source_id AS "sourceId", locked.workspace_id AS "workspaceId", locked.provider, method, headers,
         body, attempts, trace, event_id IS NOT NULL AS "hasEvent", duplicate_of IS NOT NULL AS "isReplayed", test AS "isTest",
         COALESCE(sources.event_per_item, false) AS "eventPerItem",
         COALESCE(sources.include, '"none"') AS include,
         CASE WHEN sources.own_channel THEN sources.name END AS "channelPath"
       FROM (
         SELECT * FROM deliveries
         WHERE id IN (
           SELECT unnest($1::uuid[]) UNION (
             SELECT id FROM deliveries
             WHERE status = 'received' AND due_at <= now() AND attempts = 0 AND deaths = 0
               AND octet_length(body) <= ${MAX_EXTRA_BYTES}
             ORDER BY due_at, id LIMIT $2))
         ORDER BY id FOR UPDATE SKIP LOCKED) AS locked
       LEFT JOIN sources ON sources.id = locked.source_id
       WHERE status = 'received'`,
      [ids, Math.max(0, max - ids.length)],
    );
  }

  /** Counts a crash in advance; the end of the attempt resets it. Undefined: the delivery is not pending. */
  async claimOne(id: string): Promise<Attempts | undefined> {
    const [claimed] = await this.database.query<Attempts>(
      `UPDATE deliveries SET deaths = deaths + 1, due_at = now() + make_interval(secs => $2)
       WHERE id = $1 AND status = 'received' RETURNING attempts, deaths AS crashes`,
      [id, CLAIM_SECONDS],
    );
    return claimed;
  }

  async recordProcessed(tx: Transaction, processed: readonly ProcessedDelivery[]): Promise<void> {
    if (processed.length === 0) return;
    const withEvents = processed.filter(({ events }) => events.length > 0).map(({ id }) => id);
    tx.afterCommit(() => this.metrics.ended(processed.length, withEvents));
    await tx.query(
      `UPDATE deliveries SET status = 'processed', error = NULL, deaths = 0, processed_at = now(),
         attempts = attempts + 1, event_id = COALESCE(deliveries.event_id, new.event_id),
         event_path = CASE WHEN deliveries.event_id IS NULL THEN new.event_path ELSE deliveries.event_path END,
         processing_ms = new.ms, event_type = new.event_type, title = new.title, url = new.url, sender = new.sender
       FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::integer[],
         $8::text[]) AS new (id, event_id, event_type, title, url, sender, ms, event_path)
       WHERE deliveries.id = new.id`,
      [
        processed.map(({ id }) => id),
        processed.map(({ events }) => events[0]?.id ?? null),
        processed.map(({ description }) => description.eventType),
        processed.map(({ description }) => description.title),
        processed.map(({ description }) => description.url),
        processed.map(({ description }) => description.sender),
        processed.map(({ ms }) => Math.round(ms)),
        processed.map(({ channelPath }) => channelPath),
      ],
    );
  }

  /**
   * @param retryInMs undefined: no retry; the delivery stays failed until a user replays it
   * @returns the delivery if this call set its status to failed
   */
  async recordFailure(
    tx: Transaction,
    id: string,
    { reason, ms, retryInMs }: Failure,
  ): Promise<FailedDelivery | undefined> {
    const [failed] = await tx.query<FailedDelivery>(
      `UPDATE deliveries SET error = $2, deaths = 0, attempts = attempts + 1,
         status = CASE WHEN $3::float8 IS NULL THEN 'failed' ELSE 'received' END,
         due_at = now() + make_interval(secs => COALESCE($3::float8, 0) / 1000)
       WHERE id = $1 AND status = 'received'
       RETURNING source_id AS "sourceId", workspace_id AS "workspaceId", provider, test AS "isTest",
         (SELECT name FROM sources WHERE id = source_id AND own_channel) AS "channelPath"`,
      [id, failureText(reason), retryInMs ?? null],
    );
    if (failed !== undefined) {
      await recordFailedAttempt(tx, id, reason, ms);
      tx.afterCommit(() => this.metrics.failed(retryInMs === undefined ? 'failed' : 'retried'));
    }
    return retryInMs === undefined ? failed : undefined;
  }

  /** The newest attempts, newest first; undefined when the workspace has no such delivery. */
  attempts(workspaceId: string, id: string): Promise<Attempt[] | undefined> {
    return attemptsOf((sql, parameters) => this.database.query(sql, parameters), workspaceId, id);
  }

  /** Resets deliveries to pending: one, those of the request, or every failed one. At most 10,000. */
  async reset(tx: Transaction, workspaceId: string, replayed: ReplayedDeliveries): Promise<Sized[]> {
    const { sourceId, deliveryIds } = 'id' in replayed ? { sourceId: undefined, deliveryIds: [replayed.id] } : replayed;
    const found = await tx.query<{ id: string }>(
      `SELECT id FROM deliveries
       WHERE workspace_id = $1 AND ($2::uuid IS NULL OR source_id = $2)
         AND CASE WHEN $3::uuid[] IS NULL THEN status = 'failed' ELSE id = ANY($3) END
       ORDER BY id LIMIT ${MAX_REPLAYED}`,
      [workspaceId, sourceId ?? null, deliveryIds ?? null],
    );
    return resetToPending(
      tx,
      found.map(({ id }) => id),
    );
  }

  /** Returns pending deliveries without a job, and hides them from later calls for 30 s. */
  takeLost(): Promise<Sized[]> {
    return this.database.query<Sized>(
      `UPDATE deliveries SET due_at = now() + make_interval(secs => $1)
       WHERE id IN (
         SELECT id FROM deliveries WHERE status = 'received' AND due_at < now() - make_interval(secs => $2)
         ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED)
       RETURNING id, octet_length(body) AS bytes`,
      [RESCUE_AGAIN_SECONDS, LOST_AFTER_SECONDS, MAX_RESCUED],
    );
  }

  /**
   * Deletes deliveries that are older than `days` by the database's clock, except pending ones. Ids are ordered by
   * time, so that no younger row is read.
   */
  async prune(days: number, isStopping: () => boolean): Promise<void> {
    await deleteInPieces(
      this.database,
      `DELETE FROM deliveries WHERE id IN (
         SELECT id FROM deliveries
         WHERE id < $1 AND received_at < now() - make_interval(days => $2) AND status <> 'received'
         ORDER BY id LIMIT $3) RETURNING 1`,
      [firstIdAt(databaseNow() - days * DAY_MS), days],
      isStopping,
    );
    await this.pruneShorter(days, isStopping);
  }

  /** As `prune`, for the workspaces that keep their deliveries for fewer days than the installation. */
  private async pruneShorter(maxDays: number, isStopping: () => boolean): Promise<void> {
    const workspaces = await this.database.query<{ id: string; days: number }>(
      'SELECT id, delivery_days AS days FROM workspaces WHERE delivery_days < $1 ORDER BY id',
      [maxDays],
    );
    for (const { id, days } of workspaces) {
      if (isStopping()) return;
      await deleteInPieces(
        this.database,
        `DELETE FROM deliveries WHERE id IN (
           SELECT id FROM deliveries
           WHERE workspace_id = $1 AND id < $2 AND received_at < now() - make_interval(days => $3)
             AND status <> 'received'
           ORDER BY id LIMIT $4) RETURNING 1`,
        [id, firstIdAt(databaseNow() - days * DAY_MS), days],
        isStopping,
      );
    }
  }
}

/** The age of deliveries, for `Retention`. */
export const agingDeliveries = (days: number): AgingRows => ({ table: 'deliveries', agesBy: 'received_at', days });
