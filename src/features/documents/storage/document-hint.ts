import { Buffer } from 'node:buffer';

/** The bus topic that says: this document has grown, or is gone. */
export const DOCUMENT_TOPIC = 'documents';

export interface DocumentHint {
  readonly id: string;
  /** The number of its last update; undefined when the document was deleted. */
  readonly seq?: number;
  /** The update itself, when it is small. */
  readonly update?: Uint8Array | undefined;
}

export function writeHint({ id, seq, update }: DocumentHint): string {
  const words = [id, seq, update && Buffer.from(update).toString('base64')];
  return words.filter((word) => word !== undefined).join(' ');
}

export function readHint(message: string): DocumentHint {
  const [id = '', seq, update] = message.split(' ');
  if (seq === undefined) return { id };
  return { id, seq: Number(seq), update: update === undefined ? undefined : Buffer.from(update, 'base64') };
}
