import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../platform/database/database.js';
import { newId } from '../../platform/ids.js';
import { MessageReplay } from './message-replay.entity.js';
import type { MessageFilter } from './message-filter.js';
import type { ResetMessages } from './message.store.js';

/** The bus topic for the id of a new replay. */
export const MESSAGE_REPLAYS_TOPIC = 'message-replays';

/** After this time without progress, the hint of a replay is considered lost, or its worker crashed. */
const LOST_AFTER_SECONDS = 10;

/** All statements on replays of messages. */
@Injectable()
export class MessageReplayStore {
  constructor(private readonly database: Database) {}

  async create(tx: Transaction, endpointId: string, filter: MessageFilter): Promise<string> {
    const id = newId();
    await tx.query('INSERT INTO message_replays (id, endpoint_id, filter) VALUES ($1, $2, $3)', [
      id,
      endpointId,
      JSON.stringify(filter),
    ]);
    return id;
  }

  async isRunning(tx: Transaction, endpointId: string): Promise<boolean> {
    const rows = await tx.query(`SELECT FROM message_replays WHERE endpoint_id = $1 AND status = 'running'`, [
      endpointId,
    ]);
    return rows.length > 0;
  }

  find(endpointId: string, id: string): Promise<MessageReplay | null> {
    return this.database.manager.findOneBy(MessageReplay, { endpointId, id });
  }

  /** Waits for a running step. @returns false when the endpoint has no such replay; an ended one stays as it is */
  async cancel(tx: Transaction, endpointId: string, id: string): Promise<boolean> {
    const rows = await tx.query(
      `UPDATE message_replays SET status = CASE status WHEN 'running' THEN 'cancelled' ELSE status END
       WHERE id = $2 AND endpoint_id = $1 RETURNING 1`,
      [endpointId, id],
    );
    return rows.length > 0;
  }

  /** Locks a running replay until the transaction ends; undefined if it has ended or another worker has the lock. */
  async claim(tx: Transaction, id: string): Promise<MessageReplay | undefined> {
    const [replay] = await tx.query<MessageReplay>(
      `SELECT id, endpoint_id AS "endpointId", filter, cursor, created_at AS "createdAt"
       FROM message_replays WHERE id = $1 AND status = 'running' FOR UPDATE SKIP LOCKED`,
      [id],
    );
    return replay;
  }

  async advance(tx: Transaction, id: string, { next, reset }: ResetMessages): Promise<void> {
    await tx.query(
      `UPDATE message_replays SET cursor = COALESCE($2, cursor), done = done + $3, moved_at = now(),
         status = CASE WHEN $2::uuid IS NULL THEN 'done' ELSE status END
       WHERE id = $1`,
      [id, next ?? null, reset],
    );
  }

  /** Returns running replays without progress, and hides them from later calls for 10 s. */
  async takeLost(): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `UPDATE message_replays SET moved_at = now()
       WHERE id IN (
         SELECT id FROM message_replays WHERE status = 'running' AND moved_at < now() - make_interval(secs => $1)
         ORDER BY moved_at LIMIT 100 FOR UPDATE SKIP LOCKED)
       RETURNING id`,
      [LOST_AFTER_SECONDS],
    );
    return rows.map(({ id }) => id);
  }

  /** Deletes ended replays that were created more than `days` ago. */
  async prune(days: number): Promise<void> {
    await this.database.query(
      `DELETE FROM message_replays WHERE status <> 'running' AND created_at < now() - make_interval(days => $1)`,
      [days],
    );
  }
}
