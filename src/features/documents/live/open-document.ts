import * as Y from 'yjs';
import { Draft } from '../content/draft.js';
import type { TidingsError } from '../../../platform/errors.js';
import type { DocumentHint } from '../storage/document-hint.js';
import type { Appended, DocumentLog, StoredPiece } from '../storage/document-log.js';
import { START, type DocumentPosition } from '../storage/document-position.js';

const COMPACT_AFTER_UPDATES = 200;
const VERSION_AFTER_MS = 60_000;

/** By whom what the database has told is applied: it isn't stored again. */
export const STORED = 'stored';

interface Batch {
  readonly updates: Uint8Array[];
  readonly userIds: Set<string>;
  readonly stored: Promise<void>;
  readonly settle: (error?: unknown) => void;
}

/** What became of a change. */
export interface Accepted {
  readonly isIncomplete: boolean;
  /** Why parts of it were taken as already deleted; undefined when all of it was taken. */
  readonly refusal: TidingsError | undefined;
  /** Settles when it is committed and shown to everybody here. */
  readonly stored: Promise<void>;
}

/** What a document needs of the node on which it is open. */
export interface DocumentNode {
  /** Whether those whose changes were accepted may still be believed to have the right to make them. */
  readonly rightsHold: boolean;
  /** This node has committed an update. */
  stored(id: string, appended: Appended, update: Uint8Array): void;
  /** The document can't be kept up any more: every session of it has to end. */
  failed(document: OpenDocument, error: unknown): void;
}

/**
 * A document that somebody on this node has open. A change is tried on the draft, committed, and only then applied to the
 * live document, from which Hocuspocus shows it to the others: nobody ever sees what a crash could take back. While one
 * commit is under way, changes gather for the next.
 */
export class OpenDocument {
  private draft = new Draft([]);
  /** Where in the stored history the content here is. */
  private at: DocumentPosition = START;
  private isGivenUp = false;
  private storing: Batch | undefined;
  private waiting: Batch | undefined;
  private reading: Promise<void> | undefined;
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

  /** Nothing is accepted and nothing is acknowledged any more: what is here may differ from what is stored. */
  get hasEnded(): boolean {
    return this.isGivenUp;
  }

  /**
   * The Yjs clients under whose ids an update has something that isn't here.
   * @throws `document.invalid-update`
   */
  newIn(update: Uint8Array): number[] {
    return this.draft.newIn(update);
  }

  /** @returns false also for what can't be read */
  hasAllOf(update: Uint8Array): boolean {
    try {
      return Y.snapshotContainsUpdate(Y.snapshot(this.live), update);
    } catch {
      return false;
    }
  }

  /** @throws `document.invalid-update`, `document.too-large` */
  accept(update: Uint8Array, userId: string, maxPieceBytes?: number): Accepted | undefined {
    if (this.isGivenUp) return undefined;
    const { fresh, isIncomplete, refusal } = this.tryOut(update, maxPieceBytes);
    if (fresh === undefined) {
      const stored = (this.waiting ?? this.storing)?.stored ?? Promise.resolve();
      return { isIncomplete, refusal, stored };
    }
    this.waiting ??= makeBatch();
    this.waiting.updates.push(fresh);
    this.waiting.userIds.add(userId);
    const { stored } = this.waiting;
    if (this.storing === undefined) void this.storeAll();
    return { isIncomplete, refusal, stored };
  }

  /** Of an update that some node has committed. */
  hear({ seq, piece }: Pick<DocumentHint, 'seq' | 'piece'>): void {
    if (this.isGivenUp || seq === undefined || seq <= this.at.seq) return;
    if (piece !== undefined && this.applyNext({ seq, ...piece })) return;
    this.catchUp().catch((error: unknown) => this.giveUp(error));
  }

  /** The content here is not what is stored, or may not be. */
  giveUp(error: unknown): void {
    if (this.isGivenUp) return;
    this.isGivenUp = true;
    for (const batch of [this.storing, this.waiting]) batch?.settle(error);
    this.waiting = undefined;
    this.node.failed(this, error);
  }

  private tryOut(update: Uint8Array, maxPieceBytes?: number): ReturnType<Draft['try']> {
    try {
      return this.draft.try(update, maxPieceBytes);
    } catch (error) {
      const onTheWay = [this.storing, this.waiting].flatMap((batch) => batch?.updates ?? []);
      this.draft = new Draft([Y.encodeStateAsUpdate(this.live), ...onTheWay]);
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
        this.giveUp(error);
      }
    }
    this.storing = undefined;
  }

  private async store({ updates, userIds }: Batch): Promise<void> {
    const update = Y.mergeUpdates(updates);
    if (!this.node.rightsHold) throw new Error('It is not known any more who may write.');
    const appended = await this.log.append(this.id, { bytes: update, userIds: [...userIds], known: this.at });
    // Of those before it that other nodes have stored, not all may have been heard of.
    if (!this.applyNext({ ...appended, bytes: update })) await this.catchUp();
    this.node.stored(this.id, appended, update);
  }

  private catchUp(): Promise<void> {
    this.reading ??= this.log
      .readOn(this.id, this.at)
      .then((pieces) => this.apply(pieces))
      .finally(() => (this.reading = undefined));
    return this.reading;
  }

  /** @returns false when it doesn't follow on what is here: something is missing in between, or the history is another */
  private applyNext({ seq, mark, previous, bytes }: Appended & { readonly bytes: Uint8Array }): boolean {
    if (seq <= this.at.seq) return true;
    if (seq !== this.at.seq + 1 || previous !== this.at.mark) return false;
    this.apply([{ seq, mark, bytes, isWhole: false }]);
    return true;
  }

  /** What was read from where this document is, or from before that, of the same history. */
  private apply(pieces: readonly StoredPiece[]): void {
    for (const { seq, mark, bytes, isWhole } of pieces) {
      if (seq <= this.at.seq) continue;
      this.draft.add(bytes);
      Y.applyUpdate(this.live, bytes, STORED);
      this.at = { seq, mark };
      this.sinceState = isWhole ? 0 : this.sinceState + 1;
    }
    this.tidy();
  }

  private tidy(): void {
    const isLong = this.sinceState >= COMPACT_AFTER_UPDATES;
    const isOld = this.sinceState > 0 && performance.now() - this.keptAt > VERSION_AFTER_MS;
    if (!isLong && !isOld) return;
    const state = Y.encodeStateAsUpdate(this.live);
    if (isLong) this.sinceState = 0;
    this.keptAt = performance.now();
    const tidied = Promise.all([
      isLong ? this.log.compact(this.id, this.at, state) : undefined,
      this.log.keepVersion(this.id, this.at, state),
    ]);
    // What isn't put together now will be later.
    tidied.catch(() => undefined);
  }
}

const notYet: Batch['settle'] = () => undefined;

function makeBatch(): Batch {
  let settle = notYet;
  const stored = new Promise<void>((resolve, reject) => {
    settle = (error) => (error === undefined ? resolve() : reject(error));
  });
  // Whoever waits hears of it; maybe nobody does.
  stored.catch(() => undefined);
  return { updates: [], userIds: new Set(), stored, settle };
}
