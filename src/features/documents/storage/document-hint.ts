import { Buffer } from 'node:buffer';
import type { DocumentPosition } from './document-position.js';

/** The bus topic for documents that have new updates or are deleted. */
export const DOCUMENT_TOPIC = 'documents';

export interface DocumentHint {
  readonly id: string;
  /** The number of the last update; undefined when the document was deleted. */
  readonly seq?: number;
  /** The update itself, if it is small. */
  readonly piece?: HintedPiece | undefined;
}

export interface HintedPiece {
  readonly bytes: Uint8Array;
  readonly mark: string;
  /** The mark of the previous update; null without one. */
  readonly previous: DocumentPosition['mark'];
}

const NO_MARK = '-';

/** The previous release reads the first three words. */
export function writeHint({ id, seq, piece }: DocumentHint): string {
  const words = [id, seq];
  if (piece === undefined) return words.filter((word) => word !== undefined).join(' ');
  return [...words, Buffer.from(piece.bytes).toString('base64'), piece.mark, piece.previous ?? NO_MARK].join(' ');
}

export function readHint(message: string): DocumentHint {
  const [id = '', seq, bytes, mark, previous] = message.split(' ');
  if (seq === undefined) return { id };
  // Without a mark the update may belong to another history than the reader's.
  if (bytes === undefined || mark === undefined || previous === undefined) return { id, seq: Number(seq) };
  const piece = { bytes: Buffer.from(bytes, 'base64'), mark, previous: previous === NO_MARK ? null : previous };
  return { id, seq: Number(seq), piece };
}
