import { Injectable } from '@nestjs/common';
import * as Y from 'yjs';
import { Access } from '../../../access/public/access.js';
import type { RequestActor } from '../../../identity/public/caller.js';
import { Audit } from '../../../platform/audit/audit.js';
import { Bus } from '../../../platform/bus/bus.js';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { draftEvent } from '../../../platform/events/event-log.js';
import type { PageQuery } from '../../../platform/http/api/page.js';
import { newId } from '../../../platform/ids.js';
import { changeInto } from '../content/change-into.js';
import { DOCUMENT_BYTES } from '../content/limits.js';
import { docOf } from '../content/roots.js';
import { documentNotFound, documentTooLarge, versionNotFound } from '../document.errors.js';
import {
  documentRestored,
  documentsChannel,
  DOCUMENTS_WRITE,
  type VersionResponse,
} from '../documents.declarations.js';
import { DOCUMENT_TOPIC, writeHint } from './document-hint.js';
import { DocumentLog } from './document-log.js';

/** How many requested versions a document keeps; the automatic ones have their own limit. */
const MAX_REQUESTED = 100;

interface VersionRow {
  readonly id: string;
  readonly name: string | null;
  readonly created_by: string | null;
  readonly created_at: Date;
}

interface StateRow extends VersionRow {
  readonly state: Buffer;
}

/** A document within its workspace. */
export interface DocumentKey {
  readonly workspaceId: string;
  readonly id: string;
}

/** A document under its row lock: no update can be appended until the transaction ends. */
interface LockedDocument {
  readonly seq: number;
  readonly doc: Y.Doc;
}

const COLUMNS = 'id, name, created_by, created_at';

/** Keeps, reads and restores versions of documents. */
@Injectable()
export class DocumentVersions {
  constructor(
    private readonly database: Database,
    private readonly log: DocumentLog,
    private readonly audit: Audit,
    private readonly bus: Bus,
    private readonly access: Access,
  ) {}

  /**
   * Newest first; returns one row more than the page holds.
   * @throws `document.not-found`
   */
  async page({ workspaceId, id }: DocumentKey, { limit, cursor }: PageQuery): Promise<VersionRow[]> {
    const known = await this.database.query('SELECT FROM documents WHERE workspace_id = $1 AND id = $2', [
      workspaceId,
      id,
    ]);
    if (known.length === 0) throw documentNotFound();
    return this.database.query<VersionRow>(
      `SELECT ${COLUMNS} FROM document_versions
       WHERE document_id = $1 AND ($2::uuid IS NULL
         OR (created_at, id) < (SELECT created_at, id FROM document_versions WHERE id = $2))
       ORDER BY created_at DESC, id DESC LIMIT $3`,
      [id, cursor ?? null, limit + 1],
    );
  }

  /** @throws `document.version-not-found` */
  async find(document: DocumentKey, versionId: string): Promise<{ version: VersionResponse; doc: Y.Doc }> {
    const row = await findIn(this.database, document, versionId);
    return { version: showVersion(row), doc: docOf([row.state]) };
  }

  /** @throws `document.not-found`, or an error of `Access` */
  async keep(actor: RequestActor, document: DocumentKey, name: string | null): Promise<VersionResponse> {
    return this.access.transaction(actor.principal, document.workspaceId, DOCUMENTS_WRITE, async (tx) => {
      const locked = await this.lock(tx, document);
      return showVersion(await insert(tx, actor, document.id, locked, name));
    });
  }

  /**
   * Appends a change that gives the document the content of the version, and keeps the previous content as a version.
   * @throws `document.not-found`, `document.version-not-found`, `document.too-large`, or an error of `Access`
   */
  async restore(actor: RequestActor, document: DocumentKey, versionId: string): Promise<void> {
    await this.access.transaction(actor.principal, document.workspaceId, DOCUMENTS_WRITE, async (tx) => {
      const locked = await this.lock(tx, document);
      const { state } = await findIn(tx, document, versionId);
      const before = Y.encodeStateAsUpdate(locked.doc);
      const change = changeInto(locked.doc, docOf([state]));
      if (change === undefined) return;
      if (Y.encodeStateAsUpdate(locked.doc).length > DOCUMENT_BYTES) throw documentTooLarge();
      const kept = await insert(tx, actor, document.id, { seq: locked.seq, doc: docOf([before]) }, null);
      await this.append(tx, actor, document, { versionId, keptId: kept.id, change });
    });
  }

  private async append(
    tx: Transaction,
    actor: RequestActor,
    { workspaceId, id }: DocumentKey,
    { versionId, keptId, change }: { versionId: string; keptId: string; change: Uint8Array },
  ): Promise<void> {
    const restored = { id, versionId, keptAs: keptId };
    const makeEvent = () =>
      draftEvent(documentRestored, documentsChannel(workspaceId), restored, actor.actorId, actor.socketSession);
    const userIds = actor.actorId === null ? [] : [actor.actorId];
    const { seq } = await this.log.appendIn(tx, id, { bytes: change, userIds }, makeEvent);
    tx.afterCommit(() => this.bus.publish(DOCUMENT_TOPIC, writeHint({ id, seq })));
    const entry = { action: 'document.restored', actor, workspaceId, target: id } as const;
    await this.audit.record(tx, { ...entry, before: { version: keptId }, after: { version: versionId } });
  }

  private async lock(tx: Transaction, { workspaceId, id }: DocumentKey): Promise<LockedDocument> {
    const [document] = await tx.query<{ head: string }>(
      'SELECT head FROM documents WHERE workspace_id = $1 AND id = $2 FOR NO KEY UPDATE',
      [workspaceId, id],
    );
    if (document === undefined) throw documentNotFound();
    return { seq: Number(document.head), doc: await this.log.content(id, tx) };
  }
}

async function findIn(
  reader: Pick<Transaction, 'query'>,
  { workspaceId, id }: DocumentKey,
  versionId: string,
): Promise<StateRow> {
  const [row] = await reader.query<StateRow>(
    `SELECT versions.id, versions.name, versions.created_by, versions.created_at, versions.state
     FROM document_versions AS versions JOIN documents ON documents.id = versions.document_id
     WHERE documents.workspace_id = $1 AND documents.id = $2 AND versions.id = $3`,
    [workspaceId, id, versionId],
  );
  if (row === undefined) throw versionNotFound();
  return row;
}

async function insert(
  tx: Transaction,
  actor: RequestActor,
  documentId: string,
  { seq, doc }: LockedDocument,
  name: string | null,
): Promise<VersionRow> {
  const [row] = await tx.query<VersionRow>(
    `INSERT INTO document_versions (id, document_id, seq, name, state, created_by, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, clock_timestamp()) RETURNING ${COLUMNS}`,
    [newId(), documentId, seq, name, Y.encodeStateAsUpdate(doc), actor.actorId],
  );
  if (row === undefined) throw new Error('The version was not inserted.');
  await tx.query(
    `DELETE FROM document_versions WHERE document_id = $1 AND id IN (
       SELECT id FROM document_versions WHERE document_id = $1 AND created_by IS NOT NULL
       ORDER BY created_at DESC, id DESC OFFSET $2)`,
    [documentId, MAX_REQUESTED],
  );
  return row;
}

export function showVersion(row: VersionRow): VersionResponse {
  return { id: row.id, name: row.name, createdBy: row.created_by, createdAt: row.created_at.toISOString() };
}
