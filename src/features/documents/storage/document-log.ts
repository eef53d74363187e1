import { Injectable } from '@nestjs/common';
import type * as Y from 'yjs';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { draftEvent, EventLog, type EventDraft } from '../../../platform/events/event-log.js';
import { newId } from '../../../platform/ids/new-id.js';
import { mayMention } from '../content/mentions.js';
import { docOf } from '../content/roots.js';
import { documentNotFound } from '../document.errors.js';
import { documentEdited, documentsChannel } from '../documents.declarations.js';

const EDITED_EVERY_SECONDS = 10;
const VERSION_EVERY_MINUTES = 10;
const MOST_VERSIONS = 100;
/** When it is looked whom a change mentions: one that seems to do so, and one that may be a letter of it. */
const LOOK_SOON_SECONDS = 1;
const LOOK_LATER_SECONDS = 30;

/** A stored piece of a document: one update, or everything up to `seq`. */
export interface StoredPiece {
  readonly seq: number;
  readonly bytes: Uint8Array;
  readonly isWhole: boolean;
}

interface PieceRow {
  readonly seq: string;
  readonly bytes: Buffer;
  readonly is_whole: boolean;
}

interface LockedRow {
  readonly workspace_id: string;
  readonly head: string;
  readonly is_due: boolean;
}

/** What a change says about itself to those who follow the workspace's documents. */
type Announcement = (workspaceId: string) => EventDraft;

export interface Change {
  readonly bytes: Uint8Array;
  /** Whoever has made it. */
  readonly userIds: readonly string[];
}

/**
 * The content of documents: updates with dense numbers, taken under the document's row lock, and now and then one state
 * in the place of all updates so far. Whoever sees update n+1 can see n, or a state that holds it.
 */
@Injectable()
export class DocumentLog {
  constructor(
    private readonly database: Database,
    private readonly events: EventLog,
  ) {}

  /**
   * @returns the number of the update, which is committed
   * @throws `document.not-found`
   */
  async append(id: string, change: Change): Promise<number> {
    return this.database.transaction((tx) => this.appendIn(tx, id, change));
  }

  /**
   * As `append`, in a transaction that does more.
   * @param announcement told always; without one the change is told as `document:edited`, and not too often
   */
  async appendIn(tx: Transaction, id: string, change: Change, announcement?: Announcement): Promise<number> {
    const { bytes, userIds } = change;
    const [document] = await tx.query<LockedRow>(
      `SELECT workspace_id, head, coalesce(announced_at < now() - make_interval(secs => $2), true) AS is_due
       FROM documents WHERE id = $1 FOR NO KEY UPDATE`,
      [id, EDITED_EVERY_SECONDS],
    );
    if (document === undefined) throw documentNotFound();
    const seq = Number(document.head) + 1;
    const isAnnounced = announcement !== undefined || document.is_due;
    const lookAfter = mayMention(bytes) ? LOOK_SOON_SECONDS : LOOK_LATER_SECONDS;
    await tx.query(
      `WITH stored AS (INSERT INTO document_updates (document_id, seq, bytes) VALUES ($1, $2, $3))
       UPDATE documents SET head = $2, updated_at = now(), announced_at = CASE WHEN $4 THEN now() ELSE announced_at END,
         look_at = least(look_at, now() + make_interval(secs => $5)),
         edited_by = ARRAY(SELECT unnest(edited_by) UNION SELECT unnest($6::uuid[]))
       WHERE id = $1`,
      [id, seq, bytes, isAnnounced, lookAfter, userIds],
    );
    const announce = announcement ?? edited(id, userIds);
    if (isAnnounced) await this.events.append(tx, [announce(document.workspace_id)]);
    return seq;
  }

  /** Everything after update `after`, in order: with a state first when updates have been put together since. */
  async read(id: string, after: number, reader: Pick<Transaction, 'query'> = this.database): Promise<StoredPiece[]> {
    const rows = await reader.query<PieceRow>(
      `WITH state AS (SELECT seq, state FROM document_states WHERE document_id = $1 AND seq > $2)
       SELECT seq, state AS bytes, true AS is_whole FROM state
       UNION ALL
       SELECT seq, bytes, false FROM document_updates
       WHERE document_id = $1 AND seq > coalesce((SELECT seq FROM state), $2)
       ORDER BY seq`,
      [id, after],
    );
    return rows.map(({ seq, bytes, is_whole: isWhole }) => ({ seq: Number(seq), bytes, isWhole }));
  }

  /** All of the document, as it is now. */
  async content(id: string, reader: Pick<Transaction, 'query'> = this.database): Promise<Y.Doc> {
    const pieces = await this.read(id, 0, reader);
    return docOf(pieces.map(({ bytes }) => bytes));
  }

  /** The number of the last update of each document; those that are gone are left out. */
  async heads(ids: readonly string[]): Promise<Map<string, number>> {
    const rows = await this.database.query<{ id: string; head: string }>(
      'SELECT id, head FROM documents WHERE id = ANY($1::uuid[])',
      [ids],
    );
    return new Map(rows.map(({ id, head }) => [id, Number(head)]));
  }

  /** Puts `state`, which is all of the document up to `seq`, in the place of the updates that it is made of. */
  async compact(id: string, seq: number, state: Uint8Array): Promise<void> {
    await this.database.transaction(async (tx) => {
      const known = await tx.query('SELECT 1 FROM documents WHERE id = $1 FOR NO KEY UPDATE', [id]);
      if (known.length === 0) return;
      await tx.query(
        `INSERT INTO document_states (document_id, seq, state) VALUES ($1, $2, $3)
         ON CONFLICT (document_id) DO UPDATE SET seq = excluded.seq, state = excluded.state
         WHERE document_states.seq < excluded.seq`,
        [id, seq, state],
      );
      await tx.query('DELETE FROM document_updates WHERE document_id = $1 AND seq <= $2', [id, seq]);
    });
  }

  /** Keeps the state as a version, unless there is one of it or a recent one; the oldest are forgotten. */
  async keepVersion(id: string, seq: number, state: Uint8Array): Promise<void> {
    await this.database.query(
      `WITH kept AS (
         INSERT INTO document_versions (id, document_id, seq, state)
         SELECT $2, documents.id, $3, $4 FROM documents
         WHERE documents.id = $1 AND NOT EXISTS (
           SELECT 1 FROM document_versions AS newer WHERE newer.document_id = $1
             AND (newer.seq >= $3 OR newer.created_at > now() - make_interval(mins => $5)))
         RETURNING 1)
       DELETE FROM document_versions WHERE document_id = $1 AND EXISTS (SELECT 1 FROM kept) AND id IN (
         SELECT id FROM document_versions WHERE document_id = $1 AND created_by IS NULL ORDER BY id DESC OFFSET $6)`,
      [id, newId(), seq, state, VERSION_EVERY_MINUTES, MOST_VERSIONS - 1],
    );
  }
}

const edited =
  (id: string, userIds: readonly string[]): Announcement =>
  (workspaceId) =>
    draftEvent(documentEdited, documentsChannel(workspaceId), { id, userIds: [...userIds] }, userIds[0] ?? null);
