import * as Y from 'yjs';
import type { TidingsError } from '../../../platform/errors.js';
import { documentTooLarge, updateInvalid, updateTooLarge } from '../document.errors.js';
import { DOCUMENT_BYTES, DOCUMENT_BYTES_WITH_REFUSED, MAX_NESTED, PIECE_BYTES, SMALL_PIECE_BYTES } from './limits.js';
import { bytesOf, encodeUpdate, withoutContent, type Struct } from './without-content.js';

/** Measuring encodes the whole document, so it happens no more often. */
const MEASURE_EVERY_MS = 1_000;

export interface Trial {
  /** The new part, as Yjs encodes it; undefined when the document already had everything. */
  readonly fresh: Uint8Array | undefined;
  /** Whether the update depends on missing changes; that part was left out. */
  readonly isIncomplete: boolean;
  /** Why some content was dropped. */
  readonly rejection: TidingsError | undefined;
}

interface FittedStructs {
  readonly structs: readonly Struct[];
  readonly rejection?: TidingsError;
}

/**
 * A document on which changes of clients are tried before they are stored and shown. A change that throws may be half
 * applied: the staging document is then invalid and has to be rebuilt.
 */
export class StagingDocument {
  private readonly doc = new Y.Doc();
  private bytes = 0;
  private measuredAt = Number.NEGATIVE_INFINITY;

  constructor(pieces: Iterable<Uint8Array>) {
    for (const piece of pieces) this.add(piece);
  }

  /** Applies a stored update. */
  add(update: Uint8Array): void {
    // A trial has counted its own updates already.
    this.bytes += this.apply(update)?.length ?? 0;
  }

  /**
   * @returns the ids of Yjs clients from which an update brings something new
   * @throws `document.invalid-update`; the staging document stays valid
   */
  newClientsIn(update: Uint8Array): number[] {
    const { to } = orInvalid(() => Y.parseUpdateMeta(update));
    return [...to].flatMap(([client, clock]) => (clock > Y.getState(this.doc.store, client) ? [client] : []));
  }

  /**
   * Applies content that is too large as already deleted: later changes of the same client depend on its ids and could
   * otherwise never be applied.
   * @param maxPieceBytes larger for changes that were made offline: Yjs merges those into large pieces
   * @throws `document.invalid-update`, `document.too-large`; the staging document is then invalid
   */
  try(update: Uint8Array, maxPieceBytes = PIECE_BYTES): Trial {
    // Decodes without applying: Yjs allocates as many structs as an update *claims* to have, so that a few bytes could
    // cost gigabytes.
    const { structs: all, ds } = orInvalid(() => Y.decodeUpdate(update));
    const { structs, rejection } = this.fit(all, update.length, maxPieceBytes);
    const fitted = rejection === undefined ? update : encodeUpdate({ structs: [...structs], ds });
    const fresh = orInvalid(() => this.apply(fitted));
    if (structs.some((struct) => this.isTooDeep(struct)))
      throw updateInvalid(`It nests deeper than ${MAX_NESTED} levels.`);
    this.bytes += fresh?.length ?? 0;
    return { fresh, rejection, isIncomplete: this.dropPending() };
  }

  /** @throws `document.too-large` when the remains of rejected content do not fit either */
  private fit(all: readonly Struct[], bytes: number, maxPieceBytes: number): FittedStructs {
    const pieces = bytes > maxPieceBytes ? this.withoutPieces(all, maxPieceBytes) : all;
    const rejection = pieces === all ? undefined : updateTooLarge();
    // An update that only deletes is always accepted: it makes a full document smaller.
    if (all.length === 0 || this.hasRoomFor(pieces, bytes)) return { structs: pieces, rejection };
    if (this.bytes > DOCUMENT_BYTES_WITH_REFUSED) throw documentTooLarge();
    const small = this.withoutPieces(pieces, SMALL_PIECE_BYTES);
    const structs = this.bytes + this.bytesOfNew(small) > DOCUMENT_BYTES ? this.withoutPieces(small, 0) : small;
    // The remaining structs may have no content to drop.
    return { structs, rejection: structs === pieces ? rejection : (rejection ?? documentTooLarge()) };
  }

  private hasRoomFor(structs: readonly Struct[], atMost: number): boolean {
    if (this.bytes + atMost <= DOCUMENT_BYTES) return true;
    this.measure();
    return this.bytes + this.bytesOfNew(structs) <= DOCUMENT_BYTES;
  }

  /** @returns the same list when no piece is that large */
  private withoutPieces(structs: readonly Struct[], largerThan: number): readonly Struct[] {
    const drops = (struct: Struct): boolean => this.isNew(struct) && hasContent(struct) && bytesOf(struct) > largerThan;
    return structs.some(drops) ? structs.map((struct) => (drops(struct) ? withoutContent(struct) : struct)) : structs;
  }

  private bytesOfNew(structs: readonly Struct[]): number {
    return structs.reduce((sum, struct) => sum + (this.isNew(struct) ? bytesOf(struct) : 0), 0);
  }

  private isNew({ id, length }: Struct): boolean {
    return id.clock + length > Y.getState(this.doc.store, id.client);
  }

  private apply(update: Uint8Array): Uint8Array | undefined {
    let fresh: Uint8Array | undefined;
    const onUpdate = (bytes: Uint8Array) => (fresh = fresh === undefined ? bytes : Y.mergeUpdates([fresh, bytes]));
    this.doc.on('update', onUpdate);
    try {
      Y.applyUpdate(this.doc, update);
    } finally {
      this.doc.off('update', onUpdate);
    }
    return fresh;
  }

  private isTooDeep(struct: Struct): boolean {
    if (!(struct instanceof Y.Item) || !(struct.content instanceof Y.ContentType)) return false;
    const { client, clock } = struct.id;
    if (Y.getState(this.doc.store, client) <= clock) return false;
    const { content } = Y.getItem(this.doc.store, struct.id);
    return content instanceof Y.ContentType && depthOf(content.type) > MAX_NESTED;
  }

  /** Drops structs that wait for other changes: those may never arrive, and the backlog would only grow. */
  private dropPending(): boolean {
    const { store } = this.doc;
    const isIncomplete = store.pendingStructs !== null || store.pendingDs !== null;
    store.pendingStructs = null;
    store.pendingDs = null;
    return isIncomplete;
  }

  /** The sum of all updates is larger than the document that they produce. */
  private measure(): void {
    const now = performance.now();
    if (now - this.measuredAt < MEASURE_EVERY_MS) return;
    this.measuredAt = now;
    this.bytes = Y.encodeStateAsUpdate(this.doc).length;
  }
}

const hasContent = (struct: Struct): boolean =>
  struct instanceof Y.Item && !(struct.content instanceof Y.ContentDeleted);

function orInvalid<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw updateInvalid(undefined, { cause: error });
  }
}

interface Nested {
  readonly parent: Nested | null;
}

function depthOf(type: Nested): number {
  let depth = 0;
  for (let { parent } = type; parent !== null && depth <= MAX_NESTED; { parent } = parent) depth += 1;
  return depth;
}
