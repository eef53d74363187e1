import { Injectable } from '@nestjs/common';
import { Config } from '../../../platform/config/config.js';
import { Database } from '../../../platform/database/database.js';
import { draftEvent, EventLog, type EventDraft } from '../../../platform/events/event-log.js';
import type { EventDefinition } from '../../../platform/events/define-event.js';
import { documentJoined, documentLeft, documentsChannel } from '../documents.declarations.js';

/** How often a node renews the editing sessions of its clients. */
export const RENEW_MS = 2_000;
const MAX_EXPIRED_PER_PASS = 500;

/** A user who has a document open, over all tabs and nodes. */
export interface EditingSession {
  readonly documentId: string;
  readonly userId: string;
}

interface EditingSessionRow {
  readonly id: string;
  readonly userId: string;
  readonly workspaceId: string;
}

/**
 * Records which users have which documents open, and publishes changes on the workspace's channel. A session expires
 * when no node renews it, so that a second tab, a reload and another node share one, and a crashed node leaves none
 * behind.
 */
@Injectable()
export class EditingSessions {
  constructor(
    private readonly database: Database,
    private readonly events: EventLog,
    private readonly config: Config,
  ) {}

  /** Begins or renews sessions, and publishes the new ones. Ignores deleted documents. */
  async renew(sessions: readonly EditingSession[]): Promise<void> {
    if (sessions.length === 0) return;
    await this.database.transaction(async (tx) => {
      // Ordered by key, so that nodes that write the same rows do not deadlock.
      const rows = await tx.query<EditingSessionRow>(
        `WITH kept AS (
           INSERT INTO document_visits (document_id, user_id, until)
           SELECT DISTINCT documents.id, session.user_id, now() + make_interval(secs => $3)
           FROM unnest($1::uuid[], $2::uuid[]) AS session (document_id, user_id)
           JOIN documents ON documents.id = session.document_id
           ORDER BY 1, 2
           ON CONFLICT (document_id, user_id) DO UPDATE SET until = excluded.until
           RETURNING document_id, user_id, xmax = 0 AS "isNew")
         SELECT documents.id, user_id AS "userId", workspace_id AS "workspaceId"
         FROM kept JOIN documents ON documents.id = kept.document_id WHERE "isNew"`,
        [sessions.map(({ documentId }) => documentId), sessions.map(({ userId }) => userId), this.ttlSeconds],
      );
      await this.events.append(tx, eventsOf(documentJoined, rows));
    });
  }

  /** Deletes expired sessions and publishes that. Several nodes may run this at once. */
  async deleteExpired(): Promise<void> {
    await this.database.transaction(async (tx) => {
      const rows = await tx.query<EditingSessionRow>(
        `WITH ended AS (
           DELETE FROM document_visits WHERE (document_id, user_id) IN (
             SELECT document_id, user_id FROM document_visits WHERE until < now()
             LIMIT $1 FOR UPDATE SKIP LOCKED)
           RETURNING document_id, user_id)
         SELECT documents.id, user_id AS "userId", workspace_id AS "workspaceId"
         FROM ended JOIN documents ON documents.id = ended.document_id`,
        [MAX_EXPIRED_PER_PASS],
      );
      await this.events.append(tx, eventsOf(documentLeft, rows));
    });
  }

  /** Allows for one late or failed renewal. */
  private get ttlSeconds(): number {
    return this.config.presenceGraceSeconds + (2 * RENEW_MS) / 1_000;
  }
}

function eventsOf(
  event: EventDefinition<{ id: string; userId: string }>,
  rows: readonly EditingSessionRow[],
): EventDraft[] {
  return rows.map(({ id, userId, workspaceId }) =>
    draftEvent(event, documentsChannel(workspaceId), { id, userId }, userId),
  );
}
