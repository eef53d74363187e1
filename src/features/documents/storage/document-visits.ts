import { Injectable } from '@nestjs/common';
import { Config } from '../../../platform/config/config.js';
import { Database } from '../../../platform/database/database.js';
import { draftEvent, EventLog, type EventDraft } from '../../../platform/events/event-log.js';
import type { EventDefinition } from '../../../platform/events/define-event.js';
import { documentJoined, documentLeft, documentsChannel } from '../documents.declarations.js';

/** How often a node says again which visits of its clients go on. */
export const RENEW_MS = 2_000;
const MAX_ENDED_AT_ONCE = 500;

/** A user in a document, however often he has it open. */
export interface Visit {
  readonly documentId: string;
  readonly userId: string;
}

interface VisitRow {
  readonly id: string;
  readonly userId: string;
  readonly workspaceId: string;
}

/**
 * Who has which document open, told in the workspace's channel. A visit lasts as long as some node goes on saying so and
 * then for the grace: nobody ever ends one, it runs out. So a second tab, a reload and another node are one visit, and a
 * node that dies needs no care.
 */
@Injectable()
export class DocumentVisits {
  constructor(
    private readonly database: Database,
    private readonly events: EventLog,
    private readonly config: Config,
  ) {}

  /** Lets these go on, or begin, which is told. Those of documents that are gone are left out. */
  async keep(visits: readonly Visit[]): Promise<void> {
    if (visits.length === 0) return;
    await this.database.transaction(async (tx) => {
      // In the order of the key, so that nodes that write the same ones take turns.
      const rows = await tx.query<VisitRow>(
        `WITH kept AS (
           INSERT INTO document_visits (document_id, user_id, until)
           SELECT DISTINCT documents.id, visit.user_id, now() + make_interval(secs => $3)
           FROM unnest($1::uuid[], $2::uuid[]) AS visit (document_id, user_id)
           JOIN documents ON documents.id = visit.document_id
           ORDER BY 1, 2
           ON CONFLICT (document_id, user_id) DO UPDATE SET until = excluded.until
           RETURNING document_id, user_id, xmax = 0 AS "isNew")
         SELECT documents.id, user_id AS "userId", workspace_id AS "workspaceId"
         FROM kept JOIN documents ON documents.id = kept.document_id WHERE "isNew"`,
        [visits.map(({ documentId }) => documentId), visits.map(({ userId }) => userId), this.lastsSeconds],
      );
      await this.events.append(tx, told(documentJoined, rows));
    });
  }

  /** Ends those that have run out, which is told. Several nodes may do so at once. */
  async endForgotten(): Promise<void> {
    await this.database.transaction(async (tx) => {
      const rows = await tx.query<VisitRow>(
        `WITH ended AS (
           DELETE FROM document_visits WHERE (document_id, user_id) IN (
             SELECT document_id, user_id FROM document_visits WHERE until < now()
             LIMIT $1 FOR UPDATE SKIP LOCKED)
           RETURNING document_id, user_id)
         SELECT documents.id, user_id AS "userId", workspace_id AS "workspaceId"
         FROM ended JOIN documents ON documents.id = ended.document_id`,
        [MAX_ENDED_AT_ONCE],
      );
      await this.events.append(tx, told(documentLeft, rows));
    });
  }

  /** One renewal may come late or fail. */
  private get lastsSeconds(): number {
    return this.config.presenceGraceSeconds + (2 * RENEW_MS) / 1_000;
  }
}

function told(event: EventDefinition<{ id: string; userId: string }>, rows: readonly VisitRow[]): EventDraft[] {
  return rows.map(({ id, userId, workspaceId }) =>
    draftEvent(event, documentsChannel(workspaceId), { id, userId }, userId),
  );
}
