import { Injectable } from '@nestjs/common';
import { databaseNow } from '../../platform/clock/database-clock.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { deleteInPieces } from '../../platform/database/delete-in-pieces.js';
import type { PageQuery } from '../../platform/http/api/page.js';
import { firstIdAt } from '../../platform/ids.js';
import type { AgingRows } from '../../platform/retention/old-share.js';
import type { RefusedCause } from './diagnose-refusal.js';
import { RefusedRequest } from './refused-request.entity.js';

export const MAX_REFUSED_PER_SOURCE = 1_000;
const KEPT_DAYS = 7;
const DAY_MS = 86_400_000;

export const agingRefusals: AgingRows = { table: 'refused_requests', agesBy: 'received_at', days: KEPT_DAYS };

export type NewRefusal = Omit<RefusedRequest, 'workspaceId' | 'deliveryId' | 'acceptedAt'>;

/** Conditions on refused requests; omitted fields match every row. */
export interface RefusalFilter {
  readonly sourceId?: string | undefined;
  readonly cause?: RefusedCause | undefined;
  /** Inclusive. */
  readonly since?: string | undefined;
  /** Exclusive. */
  readonly until?: string | undefined;
}

const HIDDEN = ['refused.address', 'refused.headers', 'refused.secrets'];

/** All statements that read or change refused requests. */
@Injectable()
export class RefusedRequestStore {
  constructor(private readonly database: Database) {}

  /** Keeps the newest of each source. Requests to a source that is deleted meanwhile are left out. */
  async insert(refusals: readonly NewRefusal[]): Promise<void> {
    await this.database.transaction(async (tx) => {
      await tx.query(
        `INSERT INTO refused_requests (id, workspace_id, source_id, received_at, cause, detail, address, headers,
           secrets, body_size, body_complete)
         SELECT new.id, sources.workspace_id, sources.id, new."receivedAt", new.cause, new.detail, new.address,
           new.headers, new.secrets, new."bodySize", new."bodyComplete"
         FROM json_to_recordset($1::json) AS new (id uuid, "sourceId" uuid, "receivedAt" timestamptz, cause text,
           detail jsonb, address text, headers jsonb, secrets text[], "bodySize" integer, "bodyComplete" boolean)
         JOIN sources ON sources.id = new."sourceId"`,
        [JSON.stringify(refusals)],
      );
      await keepNewest(tx, [...new Set(refusals.map(({ sourceId }) => sourceId))]);
    });
  }

  /** Newest first, and one more than `limit` when there are more. */
  list(workspaceId: string, { limit, cursor, ...filter }: PageQuery & RefusalFilter): Promise<RefusedRequest[]> {
    const query = this.database.manager.createQueryBuilder(RefusedRequest, 'refused').where({ workspaceId });
    if (cursor !== undefined) query.andWhere('refused.id < :cursor', { cursor });
    if (filter.sourceId !== undefined) query.andWhere({ sourceId: filter.sourceId });
    if (filter.cause !== undefined) query.andWhere({ cause: filter.cause });
    if (filter.since !== undefined) query.andWhere('refused.received_at >= :since', { since: filter.since });
    if (filter.until !== undefined) query.andWhere('refused.received_at < :until', { until: filter.until });
    return query
      .orderBy('refused.id', 'DESC')
      .take(limit + 1)
      .getMany();
  }

  /** With its headers and its sealed body. */
  find(workspaceId: string, id: string): Promise<RefusedRequest | null> {
    return this.whole(this.database).where({ id, workspaceId }).getOne();
  }

  /** The newest one of a source whose body is stored completely. */
  findNewest(workspaceId: string, sourceId: string): Promise<RefusedRequest | null> {
    return this.whole(this.database)
      .where({ workspaceId, sourceId, bodyComplete: true })
      .orderBy('refused.id', 'DESC')
      .limit(1)
      .getOne();
  }

  /** Locked until the transaction ends, so that two callers don't accept the same request. */
  lock(tx: Transaction, workspaceId: string, id: string): Promise<RefusedRequest | null> {
    return this.whole(tx).where({ id, workspaceId }).setLock('pessimistic_write').getOne();
  }

  async markAccepted(tx: Transaction, id: string, deliveryId: string): Promise<void> {
    await tx.query('UPDATE refused_requests SET delivery_id = $2, accepted_at = now() WHERE id = $1', [id, deliveryId]);
  }

  /** Deletes requests older than seven days by the database's clock. */
  async prune(isStopping: () => boolean): Promise<void> {
    await deleteInPieces(
      this.database,
      `DELETE FROM refused_requests WHERE id IN (
         SELECT id FROM refused_requests
         WHERE id < $1 AND received_at < now() - make_interval(days => $2) ORDER BY id LIMIT $3) RETURNING 1`,
      [firstIdAt(databaseNow() - KEPT_DAYS * DAY_MS), KEPT_DAYS],
      isStopping,
    );
  }

  private whole({ manager }: Pick<Database, 'manager'>) {
    return manager.createQueryBuilder(RefusedRequest, 'refused').addSelect(HIDDEN);
  }
}

async function keepNewest(tx: Transaction, sourceIds: readonly string[]): Promise<void> {
  await tx.query(
    `DELETE FROM refused_requests AS old
     USING (
       SELECT source.id AS source_id, (
         SELECT kept.id FROM refused_requests AS kept WHERE kept.source_id = source.id
         ORDER BY kept.id DESC OFFSET ${MAX_REFUSED_PER_SOURCE - 1} LIMIT 1) AS first_kept
       FROM unnest($1::uuid[]) AS source (id)) AS bound
     WHERE old.source_id = bound.source_id AND old.id < bound.first_kept`,
    [sourceIds],
  );
}
