import * as Y from 'yjs';
import { documentTooLarge, updateInvalid, updateTooLarge } from '../document.errors.js';
import { DOCUMENT_BYTES, MOST_NESTED, UPDATE_BYTES } from './limits.js';

/** Encoding a whole large document to measure it isn't done more often. */
const MEASURE_EVERY_MS = 1_000;

export interface Tried {
  /** What the document didn't have yet, as Yjs encodes it; undefined when it had it all. */
  readonly fresh: Uint8Array | undefined;
  /** Whether the update builds on changes that aren't here: that part of it was left out. */
  readonly isIncomplete: boolean;
}

type Decoded = ReturnType<typeof Y.decodeUpdate>;

/**
 * A document on which changes of clients are tried before they are stored and before anybody sees them. What throws may
 * have been half applied: the draft is spoiled then, and has to be made anew.
 */
export class Draft {
  private readonly doc = new Y.Doc();
  private bytes = 0;
  private measuredAt = -Infinity;

  constructor(pieces: Iterable<Uint8Array>) {
    for (const piece of pieces) this.add(piece);
  }

  /** Applies what is stored. */
  add(update: Uint8Array): void {
    // What was tried out before has been counted.
    this.bytes += this.apply(update)?.length ?? 0;
  }

  /** @throws `document.invalid-update`, `document.update-too-large`, `document.too-large`: the draft is spoiled */
  try(update: Uint8Array): Tried {
    if (update.length > UPDATE_BYTES) throw updateTooLarge();
    // Reads it without building anything: Yjs makes room for as many structs as an update *says* that it has, which a few
    // bytes could make gigabytes.
    const { structs } = orInvalid(() => Y.decodeUpdate(update));
    const fresh = orInvalid(() => this.apply(update));
    if (structs.some((struct) => this.isTooDeep(struct)))
      throw updateInvalid(`It nests deeper than ${MOST_NESTED} levels.`);
    this.bytes += fresh?.length ?? 0;
    // What only deletes is always welcome: it is the way out of a document that is too large.
    if (structs.length > 0 && this.bytes > DOCUMENT_BYTES) this.measure();
    return { fresh, isIncomplete: this.dropPending() };
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

  private isTooDeep(struct: Decoded['structs'][number]): boolean {
    if (!(struct instanceof Y.Item) || !(struct.content instanceof Y.ContentType)) return false;
    const { client, clock } = struct.id;
    if (Y.getState(this.doc.store, client) <= clock) return false;
    const { content } = Y.getItem(this.doc.store, struct.id);
    return content instanceof Y.ContentType && depthOf(content.type) > MOST_NESTED;
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
    if (now - this.measuredAt < MEASURE_EVERY_MS) throw documentTooLarge();
    this.measuredAt = now;
    this.bytes = Y.encodeStateAsUpdate(this.doc).length;
    if (this.bytes > DOCUMENT_BYTES) throw documentTooLarge();
  }
}

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
  for (let { parent } = type; parent !== null && depth <= MOST_NESTED; { parent } = parent) depth += 1;
  return depth;
}
