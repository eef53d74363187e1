import * as Y from 'yjs';
import { Draft } from '../content/draft.js';
import type { DocumentLog, StoredPiece } from '../storage/document-log.js';

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
  /** Settles when it is committed and shown to everybody here. */
  readonly stored: Promise<void>;
}

/** What a document needs of the node on which it is open. */
export interface DocumentNode {
  /** Whether those whose changes were accepted may still be believed to have the right to make them. */
  readonly rightsHold: boolean;
  /** This node has committed an update. */
  stored(id: string, seq: number, update: Uint8Array): void;
  /** The document can't be kept up any more: whoever has it open must go. */
  failed(id: string, error: unknown): void;
}

/**
 * A document that somebody on this node has open. A change is tried on the draft, committed, and only then applied to the
 * live document, from which Hocuspocus shows it to the others: nobody ever sees what a crash could take back. While one
 * commit is under way, changes gather for the next.
 */
export class OpenDocument {
  private draft = new Draft([]);
  private applied = 0;
  private storing: Batch | undefined;
  private waiting: Batch | undefined;
  private reading: Promise<void> | undefined;
  private sinceState = 0;
  private keptAt = performance.now();

  constructor(
    readonly id: string,
    private readonly live: Y.Doc,
    private readonly log: DocumentLog,
    private readonly node: DocumentNode,
  ) {}

  async load(): Promise<void> {
    this.apply(await this.log.read(this.id, 0));
  }

  /** @throws `document.invalid-update`, `document.update-too-large`, `document.too-large` */
  accept(update: Uint8Array, userId: string): Accepted {
    const { fresh, isIncomplete } = this.tryOut(update);
    if (fresh === undefined)
      return { isIncomplete, stored: (this.waiting ?? this.storing)?.stored ?? Promise.resolve() };
    this.waiting ??= makeBatch();
    this.waiting.updates.push(fresh);
    this.waiting.userIds.add(userId);
    const { stored } = this.waiting;
    if (this.storing === undefined) void this.storeAll();
    return { isIncomplete, stored };
  }

  /** Of an update that some node has committed. */
  hear(seq: number, update?: Uint8Array): void {
    if (seq <= this.applied) return;
    if (update !== undefined && this.apply([{ seq, bytes: update, isWhole: false }])) return;
    this.catchUp().catch((error: unknown) => this.node.failed(this.id, error));
  }

  private tryOut(update: Uint8Array): ReturnType<Draft['try']> {
    try {
      return this.draft.try(update);
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
        this.giveUp(batch, error);
      }
    }
    this.storing = undefined;
  }

  private giveUp(batch: Batch, error: unknown): void {
    for (const { settle } of [batch, this.waiting ?? batch]) settle(error);
    this.waiting = undefined;
    this.node.failed(this.id, error);
  }

  private async store({ updates, userIds }: Batch): Promise<void> {
    const update = Y.mergeUpdates(updates);
    if (!this.node.rightsHold) throw new Error('It is not known any more who may write.');
    const seq = await this.log.append(this.id, { bytes: update, userIds: [...userIds] });
    // Of those before it that other nodes have stored, not all may have been heard of.
    if (!this.apply([{ seq, bytes: update, isWhole: false }])) await this.catchUp();
    this.node.stored(this.id, seq, update);
  }

  private catchUp(): Promise<void> {
    this.reading ??= this.log
      .read(this.id, this.applied)
      .then((pieces) => void this.apply(pieces))
      .finally(() => (this.reading = undefined));
    return this.reading;
  }

  /** @returns false when something is missing before one of them */
  private apply(pieces: readonly StoredPiece[]): boolean {
    for (const { seq, bytes, isWhole } of pieces) {
      if (seq <= this.applied) continue;
      if (!isWhole && seq !== this.applied + 1) return false;
      this.draft.add(bytes);
      Y.applyUpdate(this.live, bytes, STORED);
      this.applied = seq;
      this.sinceState = isWhole ? 0 : this.sinceState + 1;
    }
    this.tidy();
    return true;
  }

  private tidy(): void {
    const isLong = this.sinceState >= COMPACT_AFTER_UPDATES;
    const isOld = this.sinceState > 0 && performance.now() - this.keptAt > VERSION_AFTER_MS;
    if (!isLong && !isOld) return;
    const state = Y.encodeStateAsUpdate(this.live);
    if (isLong) this.sinceState = 0;
    this.keptAt = performance.now();
    const tidied = Promise.all([
      isLong ? this.log.compact(this.id, this.applied, state) : undefined,
      this.log.keepVersion(this.id, this.applied, state),
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
