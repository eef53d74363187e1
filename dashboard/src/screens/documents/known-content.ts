import type { Schema } from '@tiptap/pm/model';
import * as Y from 'yjs';

/** The name of a mark that overlaps itself ends with a hash. */
const HASH = /--[a-zA-Z0-9+/=]{8}$/;

/**
 * Whether the editor knows the names of all nodes and marks of a document. It deletes nodes that it does not know, for
 * everybody. Known nodes in a wrong place come from concurrent changes; it mends them.
 */
export const isKnown = (fragment: Y.XmlFragment, schema: Schema): boolean =>
  // Text belongs into a block.
  fragment.toArray().every((child) => (child instanceof Y.XmlText ? child.length === 0 : isKnownNode(child, schema)));

/** Whether the editor knows what a transaction adds. The observers of the transaction have not run yet. */
export const addsOnlyKnown = ({ changed }: Y.Transaction, fragment: Y.XmlFragment, schema: Schema): boolean =>
  [...changed.keys()].every((type) => {
    if ((type as unknown) === fragment) return isKnown(fragment, schema);
    // Another root, or content that is deleted already.
    if (type.parent === null || type._item?.deleted === true) return true;
    return !(type instanceof Y.XmlElement || type instanceof Y.XmlText) || isKnownNode(type, schema);
  });

function isKnownNode(node: unknown, schema: Schema): boolean {
  if (node instanceof Y.XmlText) return hasKnownMarks(node, schema);
  if (!(node instanceof Y.XmlElement) || schema.nodes[node.nodeName] === undefined) return false;
  return node.toArray().every((child) => isKnownNode(child, schema));
}

const hasKnownMarks = (text: Y.XmlText, schema: Schema): boolean =>
  (text.toDelta() as { insert: unknown; attributes?: object }[]).every(
    ({ insert, attributes = {} }) =>
      typeof insert === 'string' &&
      Object.keys(attributes).every((name) => name === 'ychange' || schema.marks[name.replace(HASH, '')] !== undefined),
  );
