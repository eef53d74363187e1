import { Injectable } from '@nestjs/common';
import { Access } from '../../../access/public/access.js';
import type { RequestActor } from '../../../identity/public/caller.js';
import { Audit } from '../../../platform/audit/audit.js';
import { Bus } from '../../../platform/bus/bus.js';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { draftEvent, EventLog } from '../../../platform/events/event-log.js';
import type { PageQuery } from '../../../platform/http/api/page.js';
import { newId } from '../../../platform/ids.js';
import { documentNotFound } from '../document.errors.js';
import {
  documentCreated,
  documentDeleted,
  documentRenamed,
  documentsChannel,
  DOCUMENTS_WRITE,
  type DocumentResponse,
} from '../documents.declarations.js';
import { DOCUMENT_TOPIC, writeHint } from './document-hint.js';

interface DocumentRow {
  readonly id: string;
  readonly title: string;
  readonly created_by: string | null;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const COLUMNS = 'id, title, created_by, created_at, updated_at';

/** The documents of a workspace, without their content, which `DocumentLog` stores. */
@Injectable()
export class Documents {
  constructor(
    private readonly database: Database,
    private readonly events: EventLog,
    private readonly audit: Audit,
    private readonly bus: Bus,
    private readonly access: Access,
  ) {}

  async workspaceOf(id: string): Promise<string | undefined> {
    const sql = 'SELECT workspace_id FROM documents WHERE id = $1';
    const [row] = await this.database.query<{ workspace_id: string }>(sql, [id]);
    return row?.workspace_id;
  }

  /** Returns one row more than the page holds. */
  async page(tx: Transaction, workspaceId: string, { limit, cursor }: PageQuery): Promise<DocumentResponse[]> {
    const rows = await tx.query<DocumentRow>(
      `SELECT ${COLUMNS} FROM documents
       WHERE workspace_id = $1 AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3`,
      [workspaceId, cursor ?? null, limit + 1],
    );
    return rows.map(show);
  }

  /** @throws `document.not-found` */
  async find(workspaceId: string, id: string): Promise<DocumentResponse> {
    const sql = `SELECT ${COLUMNS} FROM documents WHERE workspace_id = $1 AND id = $2`;
    return showFound(await this.database.query<DocumentRow>(sql, [workspaceId, id]));
  }

  /** @throws an error of `Access` when the caller lacks the permission */
  async create(actor: RequestActor, workspaceId: string, title: string): Promise<DocumentResponse> {
    return this.access.transaction(actor.principal, workspaceId, DOCUMENTS_WRITE, async (tx) => {
      const sql = `INSERT INTO documents (id, workspace_id, title, created_by) VALUES ($1, $2, $3, $4) RETURNING ${COLUMNS}`;
      const document = showFound(await tx.query<DocumentRow>(sql, [newId(), workspaceId, title, actor.actorId]));
      const channel = documentsChannel(workspaceId);
      await this.events.append(tx, [
        draftEvent(documentCreated, channel, document, actor.actorId, actor.socketSession),
      ]);
      return document;
    });
  }

  /** @throws `document.not-found`, or an error of `Access` */
  async rename(actor: RequestActor, workspaceId: string, id: string, title: string): Promise<DocumentResponse> {
    return this.access.transaction(actor.principal, workspaceId, DOCUMENTS_WRITE, async (tx) => {
      const sql = `UPDATE documents SET title = $3, updated_at = now() WHERE workspace_id = $1 AND id = $2 RETURNING ${COLUMNS}`;
      const document = showFound(await tx.query<DocumentRow>(sql, [workspaceId, id, title]));
      const channel = documentsChannel(workspaceId);
      await this.events.append(tx, [
        draftEvent(documentRenamed, channel, document, actor.actorId, actor.socketSession),
      ]);
      return document;
    });
  }

  /**
   * After the commit no change can be stored, and therefore none is shown; open connections are closed.
   * @throws `document.not-found`, or an error of `Access`
   */
  async delete(actor: RequestActor, workspaceId: string, id: string): Promise<void> {
    await this.access.transaction(actor.principal, workspaceId, DOCUMENTS_WRITE, async (tx) => {
      const sql = `DELETE FROM documents WHERE workspace_id = $1 AND id = $2 RETURNING ${COLUMNS}`;
      const { title } = showFound(await tx.query<DocumentRow>(sql, [workspaceId, id]));
      const channel = documentsChannel(workspaceId);
      await this.events.append(tx, [draftEvent(documentDeleted, channel, { id }, actor.actorId, actor.socketSession)]);
      tx.afterCommit(() => this.bus.publish(DOCUMENT_TOPIC, writeHint({ id })));
      await this.audit.record(tx, {
        action: 'document.deleted',
        actor,
        workspaceId,
        target: id,
        before: { title },
      });
    });
  }
}

function showFound([row]: DocumentRow[]): DocumentResponse {
  if (row === undefined) throw documentNotFound();
  return show(row);
}

function show(row: DocumentRow): DocumentResponse {
  return {
    id: row.id,
    title: row.title,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
