import { singleFlight } from '../../../platform/concurrency/single-flight.js';
import * as Y from 'yjs';
import { StagingDocument } from '../content/staging-document.js';
import type { TidingsError } from '../../../platform/errors.js';
import type { DocumentHint } from '../storage/document-hint.js';
import type { Appended, DocumentLog, StoredPiece } from '../storage/document-log.js';
import { START, type DocumentPosition } from '../storage/document-position.js';

const COMPACT_AFTER_UPDATES = 200;
const VERSION_AFTER_MS = 60_000;

/** The origin of updates from the database, which are not stored again. */
export const STORED = 'stored';

interface Batch {
  readonly updates: Uint8Array[];
  readonly userIds: Set<string>;
  readonly stored: Promise<void>;
  readonly settle: (error?: unknown) => void;
}

/** The result of accepting a change. */
export interface Accepted {
  readonly isIncomplete: boolean;
  /** Why some content was applied as already deleted; undefined when all of it was accepted. */
  readonly rejection: TidingsError | undefined;
  /** Settles when the change is committed and shown to every client of this node. */
  readonly stored: Promise<void>;
}

/** The node on which a document is open. */
export interface DocumentNode {
  /** Whether rights that were checked on this node still hold. */
  readonly rightsHold: boolean;
  /** This node has committed an update. */
  stored(id: string, appended: Appended, update: Uint8Array): void;
  /** The document has failed: all its sessions have to close. */
  failed(document: OpenDocument, error: unknown): void;
}

/**
 * A document that is open on this node. A change is tried on the staging document, committed, and only then applied to
 * the live document that Hocuspocus shows, so that a crash cannot undo a visible change. Changes that arrive during a
 * commit form the next batch.
 */
export class OpenDocument {
  private staging = new StagingDocument([]);
  /** The position of the live content in the stored history. */
  private at: DocumentPosition = START;
  private isEnded = false;
  private storing: Batch | undefined;
  private waiting: Batch | undefined;
  private readonly catchUp = singleFlight(() => this.readNew());
  private sinceState = 0;
  private keptAt = performance.now();

  constructor(
    readonly id: string,
    readonly live: Y.Doc,
    private readonly log: DocumentLog,
    private readonly node: DocumentNode,
  ) {}

  async load(): Promise<void> {
    this.apply(await this.log.read(this.id, START.seq));
  }

  get position(): DocumentPosition {
    return this.at;
  }

  /** Whether the document accepts and acknowledges nothing more, because its content may differ from the stored one. */
  get hasEnded(): boolean {
    return this.isEnded;
  }

  /**
   * @returns the ids of Yjs clients from which an update brings something new
   * @throws `document.invalid-update`
   */
  newClientsIn(update: Uint8Array): number[] {
    return this.staging.newClientsIn(update);
  }

  /** @returns whether the document contains the update; false for a malformed one */
  hasAllOf(update: Uint8Array): boolean {
    try {
      return Y.snapshotContainsUpdate(Y.snapshot(this.live), update);
    } catch {
      return false;
    }
  }

  /** @throws `document.invalid-update`, `document.too-large` */
  accept(update: Uint8Array, userId: string, maxPieceBytes?: number): Accepted | undefined {
    if (this.isEnded) return undefined;
    const { fresh, isIncomplete, rejection } = this.stage(update, maxPieceBytes);
    if (fresh === undefined) {
      const stored = (this.waiting ?? this.storing)?.stored ?? Promise.resolve();
      return { isIncomplete, rejection, stored };
    }
    this.waiting ??= makeBatch();
    this.waiting.updates.push(fresh);
    this.waiting.userIds.add(userId);
    const { stored } = this.waiting;
    if (this.storing === undefined) void this.storeAll();
    return { isIncomplete, rejection, stored };
  }

  /** Handles a hint that a node has committed an update. */
  receiveHint({ seq, piece }: Pick<DocumentHint, 'seq' | 'piece'>): void {
    if (this.isEnded || seq === undefined || seq <= this.at.seq) return;
    if (piece !== undefined && this.applyNext({ seq, ...piece })) return;
    this.catchUp().catch((error: unknown) => this.fail(error));
  }

  /** Ends the document because its content may differ from the stored one. */
  fail(error: unknown): void {
    if (this.isEnded) return;
    this.isEnded = true;
    for (const batch of [this.storing, this.waiting]) batch?.settle(error);
    this.waiting = undefined;
    this.node.failed(this, error);
  }

  private stage(update: Uint8Array, maxPieceBytes?: number): ReturnType<StagingDocument['try']> {
    try {
      return this.staging.try(update, maxPieceBytes);
    } catch (error) {
      const inFlight = [this.storing, this.waiting].flatMap((batch) => batch?.updates ?? []);
      this.staging = new StagingDocument([Y.encodeStateAsUpdate(this.live), ...inFlight]);
      throw error;
    }
  }

  private async storeAll(): Promise<void> {
    for (let batch = this.waiting; batch !== undefined; batch = this.waiting) {
      this.storing = batch;
      this.waiting = undefined;
      try {
        await this.store(batch);
        batch.settle();
      } catch (error) {
        this.fail(error);
      }
    }
    this.storing = undefined;
  }

  private async store({ updates, userIds }: Batch): Promise<void> {
    const update = Y.mergeUpdates(updates);
    if (!this.node.rightsHold) throw new Error('The node has lost its lease and cannot verify who may write.');
    const appended = await this.log.append(this.id, { bytes: update, userIds: [...userIds], known: this.at });
    // Other nodes may have stored updates before this one that have not arrived here.
    if (!this.applyNext({ ...appended, bytes: update })) await this.catchUp();
    this.node.stored(this.id, appended, update);
  }

  private async readNew(): Promise<void> {
    this.apply(await this.log.readFrom(this.id, this.at));
  }

  /** @returns false when the update does not follow the current position: one is missing, or the history differs */
  private applyNext({ seq, mark, previous, bytes }: Appended & { readonly bytes: Uint8Array }): boolean {
    if (seq <= this.at.seq) return true;
    if (seq !== this.at.seq + 1 || previous !== this.at.mark) return false;
    this.apply([{ seq, mark, bytes, isWhole: false }]);
    return true;
  }

  /** Applies pieces of the same history, which may overlap with the current content. */
  private apply(pieces: readonly StoredPiece[]): void {
    for (const { seq, mark, bytes, isWhole } of pieces) {
      if (seq <= this.at.seq) continue;
      this.staging.add(bytes);
      Y.applyUpdate(this.live, bytes, STORED);
      this.at = { seq, mark };
      this.sinceState = isWhole ? 0 : this.sinceState + 1;
    }
    this.compactWhenDue();
  }

  private compactWhenDue(): void {
    const isLong = this.sinceState >= COMPACT_AFTER_UPDATES;
    const isOld = this.sinceState > 0 && performance.now() - this.keptAt > VERSION_AFTER_MS;
    if (!isLong && !isOld) return;
    const state = Y.encodeStateAsUpdate(this.live);
    if (isLong) this.sinceState = 0;
    this.keptAt = performance.now();
    const compaction = Promise.all([
      isLong ? this.log.compact(this.id, this.at, state) : undefined,
      this.log.keepVersion(this.id, this.at, state),
    ]);
    // A failed compaction is retried with a later update.
    compaction.catch(() => undefined);
  }
}

const notYet: Batch['settle'] = () => undefined;

function makeBatch(): Batch {
  let settle = notYet;
  const stored = new Promise<void>((resolve, reject) => {
    settle = (error) => (error === undefined ? resolve() : reject(error));
  });
  // Callers that wait get the error; without one it must not be an unhandled rejection.
  stored.catch(() => undefined);
  return { updates: [], userIds: new Set(), stored, settle };
}
