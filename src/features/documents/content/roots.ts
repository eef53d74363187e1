import * as Y from 'yjs';

/** The two roots of a document whose content we know: what plain editors and Quill use, and what ProseMirror and Tiptap use. */
export const textOf = (doc: Y.Doc): Y.Text => doc.getText('content');
export const fragmentOf = (doc: Y.Doc): Y.XmlFragment => doc.getXmlFragment('default');

/** A document as it is after these updates, for whoever only looks. */
export function docOf(pieces: Iterable<Uint8Array>): Y.Doc {
  const doc = new Y.Doc();
  for (const piece of pieces) Y.applyUpdate(doc, piece);
  return doc;
}

/** What both roots can hold: texts, elements, and what we don't know. */
export type XmlNode = ReturnType<Y.XmlFragment['toArray']>[number];

/** A stretch of a text, as Yjs describes it. */
export interface Stretch {
  readonly insert: unknown;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

export const stretchesOf = (text: Y.Text): Stretch[] => text.toDelta() as Stretch[];
