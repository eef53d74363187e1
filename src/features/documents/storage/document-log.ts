import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import * as Y from 'yjs';
import { Database, type Transaction } from '../../../platform/database/database.js';
import { draftEvent, EventLog, type EventDraft } from '../../../platform/events/event-log.js';
import { newId } from '../../../platform/ids.js';
import { mayMention } from '../content/mentions.js';
import { docOf } from '../content/roots.js';
import { documentNotFound } from '../document.errors.js';
import { documentEdited, documentsChannel } from '../documents.declarations.js';
import { containsPosition, HistoryWentBack, START, type DocumentPosition } from './document-position.js';

const EDITED_EVERY_SECONDS = 10;
const VERSION_EVERY_MINUTES = 10;
const MAX_VERSIONS = 100;
/** How many updates a process may lag behind a state and still recognize that the state continues its history. */
const MARKS_IN_STATE = 512;
/** How long after a history went back co-editors may resend the changes of others. */
export const RECOVERY_DAYS = 7;
/** When to scan for mentions: after a change that contains one, and after one that may be a letter of one. */
const SCAN_SOON_SECONDS = 1;
const SCAN_LATER_SECONDS = 30;

/** A stored piece of a document: one update, or the full state up to `seq`. */
export interface StoredPiece extends DocumentPosition {
  readonly bytes: Uint8Array;
  readonly isWhole: boolean;
}

/** `seq` is null when nothing follows the requested position. */
interface PieceRow {
  readonly contains: boolean;
  readonly seq: string | null;
  readonly mark: string | null;
  readonly bytes: Buffer;
  readonly is_whole: boolean;
}

interface LockedRow {
  readonly workspace_id: string;
  readonly head: string;
  readonly mark: string | null;
  readonly contains: boolean;
  readonly is_due: boolean;
}

/** A stored update, with the mark of the previous one. */
export interface Appended extends DocumentPosition {
  readonly mark: string;
  readonly previous: string | null;
}

/** How a position that a process knows compares with the stored history. */
export interface PositionStatus {
  readonly head: number;
  readonly contains: boolean;
}

/** Makes the event that a change publishes on the workspace's channel. */
type EventFactory = (workspaceId: string) => EventDraft;

export interface Change {
  readonly bytes: Uint8Array;
  /** The users who made the change. */
  readonly userIds: readonly string[];
  /** The position that the change is based on, if the process keeps the document in memory. */
  readonly known?: DocumentPosition;
}

/**
 * Stores the content of documents: updates with dense numbers, assigned under the document's row lock, which compaction
 * replaces by one state. A reader that sees update n+1 also sees n, or a state that includes it.
 */
@Injectable()
export class DocumentLog {
  constructor(
    private readonly database: Database,
    private readonly events: EventLog,
  ) {}

  /**
   * @returns the position of the committed update
   * @throws `document.not-found`; HistoryWentBack when the history does not contain `change.known`
   */
  async append(id: string, change: Change): Promise<Appended> {
    return this.database.transaction((tx) => this.appendIn(tx, id, change));
  }

  /**
   * Like `append`, within a larger transaction.
   * @param makeEvent always published; without it the change is published as `document:edited`, at a limited rate
   */
  async appendIn(tx: Transaction, id: string, change: Change, makeEvent?: EventFactory): Promise<Appended> {
    const { bytes, userIds, known = START } = change;
    const [document] = await tx.query<LockedRow>(LOCK, [id, known.seq, known.mark, EDITED_EVERY_SECONDS]);
    if (document === undefined) throw documentNotFound();
    if (!document.contains) throw new HistoryWentBack(known);
    const [seq, mark] = [Number(document.head) + 1, randomUUID()];
    const isPublished = makeEvent !== undefined || document.is_due;
    const scanAfterSeconds = mayMention(bytes) ? SCAN_SOON_SECONDS : SCAN_LATER_SECONDS;
    await tx.query(
      // Updates after the head are not part of the history: a partial restore left them there.
      `WITH stored AS (INSERT INTO document_updates (document_id, seq, bytes, mark) VALUES ($1, $2, $3, $7)
         ON CONFLICT (document_id, seq) DO UPDATE SET bytes = excluded.bytes, mark = excluded.mark)
       UPDATE documents SET head = $2, mark = $7, updated_at = now(),
         announced_at = CASE WHEN $4 THEN now() ELSE announced_at END,
         look_at = least(look_at, now() + make_interval(secs => $5)),
         edited_by = ARRAY(SELECT unnest(edited_by) UNION SELECT unnest($6::uuid[]))
       WHERE id = $1`,
      [id, seq, bytes, isPublished, scanAfterSeconds, userIds, mark],
    );
    const toEvent = makeEvent ?? edited(id, userIds);
    if (isPublished) await this.events.append(tx, [toEvent(document.workspace_id)]);
    return { seq, mark, previous: document.mark };
  }

  /** @returns everything after update `after`, in order; a state comes first if updates were compacted since */
  async read(id: string, after: number): Promise<StoredPiece[]> {
    return (await this.rowsAfter(id, { seq: after, mark: null })).pieces;
  }

  /**
   * Like `read`, for a process that has everything up to `known`.
   * @throws HistoryWentBack
   */
  async readFrom(id: string, known: DocumentPosition): Promise<StoredPiece[]> {
    const { contains, pieces } = await this.rowsAfter(id, known);
    if (!contains) throw new HistoryWentBack(known);
    return pieces;
  }

  private async rowsAfter(
    id: string,
    known: DocumentPosition,
    reader: Pick<Transaction, 'query'> = this.database,
  ): Promise<{ contains: boolean; pieces: StoredPiece[] }> {
    const rows = await reader.query<PieceRow>(READ, [id, known.seq, known.mark]);
    const pieces = rows.flatMap(({ seq, mark, bytes, is_whole: isWhole }) =>
      seq === null ? [] : [{ seq: Number(seq), mark, bytes, isWhole }],
    );
    return { contains: rows[0]?.contains !== false, pieces };
  }

  /** @returns the current document */
  async content(id: string, reader: Pick<Transaction, 'query'> = this.database): Promise<Y.Doc> {
    const { pieces } = await this.rowsAfter(id, START, reader);
    return docOf(pieces.map(({ bytes }) => bytes));
  }

  /** Compares positions with the stored history; deleted documents are left out. */
  async positionStatuses(known: ReadonlyMap<string, DocumentPosition>): Promise<Map<string, PositionStatus>> {
    const positions = [...known.values()];
    const rows = await this.database.query<{ id: string; head: string; contains: boolean }>(POSITION_STATUSES, [
      [...known.keys()],
      positions.map(({ seq }) => seq),
      positions.map(({ mark }) => mark),
    ]);
    return new Map(rows.map(({ id, head, contains }) => [id, { head: Number(head), contains }]));
  }

  /**
   * Appends the content of `held` that the stored document lacks, and allows co-editors to resend the changes of others
   * for a while.
   * @returns the position of the update; undefined when nothing was missing or the document was deleted
   */
  async recoverFrom(id: string, held: Y.Doc): Promise<Appended | undefined> {
    return this.database.transaction(async (tx) => {
      const locked = await tx.query(
        'UPDATE documents SET takes_back_until = now() + make_interval(days => $2) WHERE id = $1 RETURNING id',
        [id, RECOVERY_DAYS],
      );
      if (locked.length === 0) return undefined;
      const bytes = missingFrom(await this.content(id, tx), held);
      return bytes && this.appendIn(tx, id, { bytes, userIds: [] });
    });
  }

  /** Replaces the updates up to `known` by `state`, which contains all of them. */
  async compact(id: string, known: DocumentPosition, state: Uint8Array): Promise<void> {
    await this.database.transaction(async (tx) => {
      const [document] = await tx.query<LockedRow>(LOCK, [id, known.seq, known.mark, EDITED_EVERY_SECONDS]);
      if (document?.contains !== true) return;
      await tx.query(
        `INSERT INTO document_states (document_id, seq, mark, state, folded)
         VALUES ($1, $2, $3, $4, ARRAY(
           SELECT mark FROM document_updates WHERE document_id = $1 AND seq <= $2 AND mark IS NOT NULL ORDER BY seq))
         ON CONFLICT (document_id) DO UPDATE SET seq = excluded.seq, mark = excluded.mark, state = excluded.state,
           folded = (document_states.folded || excluded.folded)
             [greatest(cardinality(document_states.folded || excluded.folded) - $5 + 1, 1):]
         WHERE document_states.seq < excluded.seq`,
        [id, known.seq, known.mark, state, MARKS_IN_STATE],
      );
      await tx.query('DELETE FROM document_updates WHERE document_id = $1 AND seq <= $2', [id, known.seq]);
    });
  }

  /** Keeps the state as a version, unless it has one or a recent version exists; deletes the oldest ones. */
  async keepVersion(id: string, known: DocumentPosition, state: Uint8Array): Promise<void> {
    await this.database.query(
      `WITH kept AS (
         INSERT INTO document_versions (id, document_id, seq, state, created_at)
         SELECT $2, documents.id, $3, $4, clock_timestamp() FROM documents
         WHERE documents.id = $1 AND head >= $3 AND ${containsPosition({ id: '$1', seq: '$3', mark: '$7::uuid' })}
           AND NOT EXISTS (
             SELECT 1 FROM document_versions AS newer WHERE newer.document_id = $1
               AND (newer.seq = $3 OR newer.created_at BETWEEN now() - make_interval(mins => $5) AND now()))
         RETURNING 1)
       DELETE FROM document_versions WHERE document_id = $1 AND EXISTS (SELECT 1 FROM kept) AND id IN (
         SELECT id FROM document_versions WHERE document_id = $1 AND created_by IS NULL
         ORDER BY created_at DESC, id DESC OFFSET $6)`,
      [id, newId(), known.seq, state, VERSION_EVERY_MINUTES, MAX_VERSIONS - 1, known.mark],
    );
  }
}

/** Locks a document against other appends. `contains`: whether its history has the position ($2, $3). */
const LOCK = `
  SELECT workspace_id, head, mark, head >= $2 AND ${containsPosition({ id: '$1', seq: '$2', mark: '$3::uuid' })} AS contains,
    coalesce(announced_at NOT BETWEEN now() - make_interval(secs => $4) AND now(), true) AS is_due
  FROM documents WHERE id = $1 FOR NO KEY UPDATE`;

/** One statement, so that `contains` and the pieces come from the same snapshot. */
const READ = `
  WITH known AS (
    SELECT head, head >= $2 AND ${containsPosition({ id: '$1', seq: '$2', mark: '$3::uuid' })} AS contains
    FROM documents WHERE id = $1),
  state AS (SELECT seq, mark, state FROM document_states WHERE document_id = $1 AND seq > $2),
  pieces AS (
    SELECT seq, mark, state AS bytes, true AS is_whole FROM state
    UNION ALL
    SELECT seq, mark, bytes, false FROM document_updates
    WHERE document_id = $1 AND seq > coalesce((SELECT seq FROM state), $2) AND seq <= (SELECT head FROM known))
  SELECT contains, seq, mark, bytes, is_whole FROM known LEFT JOIN pieces ON true ORDER BY seq`;

const POSITION_STATUSES = `
  SELECT documents.id, head,
    head >= known.seq AND ${containsPosition({ id: 'known.id', seq: 'known.seq', mark: 'known.mark' })} AS contains
  FROM unnest($1::uuid[], $2::bigint[], $3::uuid[]) AS known (id, seq, mark) JOIN documents ON documents.id = known.id`;

/** @returns undefined when `doc` has everything */
function missingFrom(doc: Y.Doc, held: Y.Doc): Uint8Array | undefined {
  let missing: Uint8Array | undefined;
  doc.once('update', (update: Uint8Array) => (missing = update));
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(held, Y.encodeStateVector(doc)));
  return missing;
}

const edited =
  (id: string, userIds: readonly string[]): EventFactory =>
  (workspaceId) =>
    draftEvent(documentEdited, documentsChannel(workspaceId), { id, userIds: [...userIds] }, userIds[0] ?? null);
