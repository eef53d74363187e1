import * as Y from 'yjs';
import type { TidingsError } from '../../../platform/errors.js';
import { documentTooLarge, updateInvalid, updateTooLarge } from '../document.errors.js';
import { DOCUMENT_BYTES, DOCUMENT_BYTES_WITH_REFUSED, MAX_NESTED, PIECE_BYTES, SMALL_PIECE_BYTES } from './limits.js';
import { bytesOf, encodeUpdate, withoutContent, type Struct } from './without-content.js';

/** Encoding a whole large document to measure it isn't done more often. */
const MEASURE_EVERY_MS = 1_000;

export interface Tried {
  /** What the document didn't have yet, as Yjs encodes it; undefined when it had it all. */
  readonly fresh: Uint8Array | undefined;
  /** Whether the update builds on changes that aren't here: that part of it was left out. */
  readonly isIncomplete: boolean;
  /** Why the content of some of it was dropped. */
  readonly refusal: TidingsError | undefined;
}

interface Fitted {
  readonly structs: readonly Struct[];
  readonly refusal?: TidingsError;
}

/**
 * A document on which changes of clients are tried before they are stored and before anybody sees them. What throws may
 * have been half applied: the draft is spoiled then, and has to be made anew.
 */
export class Draft {
  private readonly doc = new Y.Doc();
  private bytes = 0;
  private measuredAt = Number.NEGATIVE_INFINITY;

  constructor(pieces: Iterable<Uint8Array>) {
    for (const piece of pieces) this.add(piece);
  }

  /** Applies what is stored. */
  add(update: Uint8Array): void {
    // What was tried out before has been counted.
    this.bytes += this.apply(update)?.length ?? 0;
  }

  /**
   * The Yjs clients under whose ids an update has something that isn't here.
   * @throws `document.invalid-update`: the draft is as it was
   */
  newIn(update: Uint8Array): number[] {
    const { to } = orInvalid(() => Y.parseUpdateMeta(update));
    return [...to].flatMap(([client, clock]) => (clock > Y.getState(this.doc.store, client) ? [client] : []));
  }

  /**
   * Content that is too large is taken as already deleted. What the same client wrote before and after it builds on its
   * ids: without them, none of that could ever be taken.
   * @param mostPieceBytes of what a client gathers while it is offline, Yjs makes large pieces, with small words in them
   * @throws `document.invalid-update`, `document.too-large`: the draft is spoiled
   */
  try(update: Uint8Array, maxPieceBytes = PIECE_BYTES): Tried {
    // Reads it without building anything: Yjs makes room for as many structs as an update *says* that it has, which a few
    // bytes could make gigabytes.
    const { structs: all, ds } = orInvalid(() => Y.decodeUpdate(update));
    const { structs, refusal } = this.fit(all, update.length, maxPieceBytes);
    const fitted = refusal === undefined ? update : encodeUpdate({ structs: [...structs], ds });
    const fresh = orInvalid(() => this.apply(fitted));
    if (structs.some((struct) => this.isTooDeep(struct)))
      throw updateInvalid(`It nests deeper than ${MAX_NESTED} levels.`);
    this.bytes += fresh?.length ?? 0;
    return { fresh, refusal, isIncomplete: this.dropPending() };
  }

  /** @throws `document.too-large` when there is no room for what is left of refused content either */
  private fit(all: readonly Struct[], bytes: number, maxPieceBytes: number): Fitted {
    const pieces = bytes > maxPieceBytes ? this.withoutPieces(all, maxPieceBytes) : all;
    const refusal = pieces === all ? undefined : updateTooLarge();
    // What only deletes is always welcome: it is the way out of a document that is too large.
    if (all.length === 0 || this.hasRoomFor(pieces, bytes)) return { structs: pieces, refusal };
    if (this.bytes > DOCUMENT_BYTES_WITH_REFUSED) throw documentTooLarge();
    const small = this.withoutPieces(pieces, SMALL_PIECE_BYTES);
    const structs = this.bytes + this.bytesOfNew(small) > DOCUMENT_BYTES ? this.withoutPieces(small, 0) : small;
    // What is left may have nothing that could be dropped: an end of content, say.
    return { structs, refusal: structs === pieces ? refusal : (refusal ?? documentTooLarge()) };
  }

  private hasRoomFor(structs: readonly Struct[], atMost: number): boolean {
    if (this.bytes + atMost <= DOCUMENT_BYTES) return true;
    this.measure();
    return this.bytes + this.bytesOfNew(structs) <= DOCUMENT_BYTES;
  }

  /** @returns the same list when there is none that large */
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

  /** What waits for changes that may never come would only grow. */
  private dropPending(): boolean {
    const { store } = this.doc;
    const isIncomplete = store.pendingStructs !== null || store.pendingDs !== null;
    store.pendingStructs = null;
    store.pendingDs = null;
    return isIncomplete;
  }

  /** The sum of all updates is more than what they make together. */
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
