import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../platform/database/database.js';
import { newId } from '../../platform/ids.js';
import { DeliveryReplay } from './delivery-replay.entity.js';
import type { CreateReplayRequest } from './delivery-replay.schemas.js';
import { failureText } from './failure-text.js';

/** The part of a replay that a step has done. */
export interface ReplayStep {
  /** Undefined after the last delivery. */
  readonly next: string | undefined;
  readonly done: number;
  readonly failed: number;
}

/** The bus topic for the id of a new replay. */
export const REPLAYS_TOPIC = 'delivery-replays';

/** After this time without progress, the hint of a replay is considered lost, or its worker crashed. */
const LOST_AFTER_SECONDS = 10;

/** All statements on replays of many deliveries. */
@Injectable()
export class DeliveryReplayStore {
  constructor(private readonly database: Database) {}

  async create(tx: Transaction, workspaceId: string, { filter, ids, asNew }: CreateReplayRequest): Promise<string> {
    const id = newId();
    const named = ids === undefined ? null : [...new Set(ids.map((one) => one.toLowerCase()))].toSorted();
    await tx.query(
      'INSERT INTO delivery_replays (id, workspace_id, filter, delivery_ids, as_new) VALUES ($1, $2, $3, $4, $5)',
      [id, workspaceId, JSON.stringify(filter ?? {}), named, asNew],
    );
    return id;
  }

  async countRunning(tx: Transaction, workspaceId: string): Promise<number> {
    const [row] = await tx.query<{ count: string }>(
      `SELECT count(*) FROM delivery_replays WHERE workspace_id = $1 AND status = 'running'`,
      [workspaceId],
    );
    return Number(row?.count ?? 0);
  }

  find(workspaceId: string, id: string): Promise<DeliveryReplay | null> {
    return this.database.manager.findOneBy(DeliveryReplay, { workspaceId, id });
  }

  /** Waits for a running step. @returns false when the workspace has no such replay; an ended one stays as it is */
  async cancel(tx: Transaction, workspaceId: string, id: string): Promise<boolean> {
    const rows = await tx.query(
      `UPDATE delivery_replays SET status = CASE status WHEN 'running' THEN 'cancelled' ELSE status END
       WHERE id = $2 AND workspace_id = $1 RETURNING 1`,
      [workspaceId, id],
    );
    return rows.length > 0;
  }

  /** Locks a running replay until the transaction ends; undefined if it has ended or another worker has the lock. */
  async claim(tx: Transaction, id: string): Promise<DeliveryReplay | undefined> {
    const [replay] = await tx.query<DeliveryReplay>(
      `SELECT id, workspace_id AS "workspaceId", filter, delivery_ids AS "deliveryIds", as_new AS "asNew", cursor,
         created_at AS "createdAt"
       FROM delivery_replays WHERE id = $1 AND status = 'running' FOR UPDATE SKIP LOCKED`,
      [id],
    );
    return replay;
  }

  async advance(tx: Transaction, id: string, { next, done, failed }: ReplayStep): Promise<void> {
    await tx.query(
      `UPDATE delivery_replays SET cursor = COALESCE($2, cursor), done = done + $3, failed = failed + $4,
         moved_at = now(), status = CASE WHEN $2::uuid IS NULL THEN 'done' ELSE status END
       WHERE id = $1`,
      [id, next ?? null, done, failed],
    );
  }

  async fail(id: string, reason: string): Promise<void> {
    await this.database.query(
      `UPDATE delivery_replays SET status = 'failed', error = $2 WHERE id = $1 AND status = 'running'`,
      [id, failureText(reason)],
    );
  }

  /** Returns running replays without progress, and hides them from later calls for 10 s. */
  async takeLost(): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `UPDATE delivery_replays SET moved_at = now()
       WHERE id IN (
         SELECT id FROM delivery_replays WHERE status = 'running' AND moved_at < now() - make_interval(secs => $1)
         ORDER BY moved_at LIMIT 100 FOR UPDATE SKIP LOCKED)
       RETURNING id`,
      [LOST_AFTER_SECONDS],
    );
    return rows.map(({ id }) => id);
  }

  /** Deletes ended replays that were created more than `days` ago. */
  async prune(days: number): Promise<void> {
    await this.database.query(
      `DELETE FROM delivery_replays WHERE status <> 'running' AND created_at < now() - make_interval(days => $1)`,
      [days],
    );
  }
}
