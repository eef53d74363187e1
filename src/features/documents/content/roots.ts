import * as Y from 'yjs';

/** The two known roots of a document: plain editors and Quill use the text, ProseMirror and Tiptap the fragment. */
export const textOf = (doc: Y.Doc): Y.Text => doc.getText('content');
export const fragmentOf = (doc: Y.Doc): Y.XmlFragment => doc.getXmlFragment('default');

/** @returns the document after these updates, for reading only */
export function docOf(pieces: Iterable<Uint8Array>): Y.Doc {
  const doc = new Y.Doc();
  for (const piece of pieces) Y.applyUpdate(doc, piece);
  return doc;
}

/** A child of either root: a text, an element or an unknown type. */
export type XmlNode = ReturnType<Y.XmlFragment['toArray']>[number];

/** One operation of a text's delta, as Yjs returns it. */
export interface DeltaOp {
  readonly insert: unknown;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

export const deltaOf = (text: Y.Text): DeltaOp[] => text.toDelta() as DeltaOp[];
