import type { Schema } from '@tiptap/pm/model';
import { yXmlFragmentToProseMirrorRootNode } from '@tiptap/y-tiptap';
import * as Y from 'yjs';

/** The name of a mark that overlaps itself ends with a hash. */
const HASH = /--[a-zA-Z0-9+/=]{8}$/;

/** Whether the editor can show all of the content. It deletes what it cannot show, for everybody. */
export function isKnown(fragment: Y.XmlFragment, schema: Schema): boolean {
  try {
    if (fragment.length > 0) yXmlFragmentToProseMirrorRootNode(fragment, schema).check();
    return true;
  } catch {
    return false;
  }
}

/** Whether the editor can show what a transaction adds. Its observers have not run yet. */
export function addsOnlyKnown({ changed }: Y.Transaction, fragment: Y.XmlFragment, schema: Schema): boolean {
  return [...changed.keys()].every((type) => {
    if (type instanceof Y.XmlText) return hasKnownMarks(type, schema);
    if (!(type instanceof Y.XmlFragment) || (type !== fragment && type.parent === null)) return true;
    return type.toArray().every((child) => isKnownNode(child, schema));
  });
}

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
