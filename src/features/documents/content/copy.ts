import * as Y from 'yjs';
import { deltaOf, type DeltaOp, type XmlNode } from './roots.js';

/** Two nodes with the same content have the same shape. */
export const shapeOfNode = (node: XmlNode): string => JSON.stringify(shapeOf(node));

export const shapeOfDeltaOp = (op: DeltaOp): string => JSON.stringify(partsOf(op));

const partsOf = ({ insert, attributes }: DeltaOp): unknown[] => [
  insert instanceof Y.AbstractType ? insert.toJSON() : insert,
  sorted(attributes ?? {}),
];

function shapeOf(node: XmlNode): unknown {
  if (node instanceof Y.XmlText) return [deltaOf(node).map(partsOf), sorted(node.getAttributes())];
  if (!(node instanceof Y.XmlElement)) return node.toJSON();
  return [node.nodeName, sorted(node.getAttributes()), node.toArray().map(shapeOf)];
}

const sorted = (attributes: object): unknown[] => Object.entries(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1));

/**
 * Copies nodes for insertion elsewhere: Yjs's own `clone` loses the attributes of texts. Hooks, which no current editor
 * creates, are left out.
 */
export function copiesOf(nodes: readonly XmlNode[]): (Y.XmlElement | Y.XmlText)[] {
  return nodes.flatMap((node) => (node instanceof Y.XmlHook ? [] : [copyOf(node)]));
}

function copyOf(node: Y.XmlElement | Y.XmlText): Y.XmlElement | Y.XmlText {
  if (node instanceof Y.XmlText) {
    const text = new Y.XmlText();
    text.applyDelta(deltaOf(node).map(copyOfDeltaOp));
    for (const [name, value] of Object.entries(node.getAttributes())) text.setAttribute(name, value);
    return text;
  }
  const element = new Y.XmlElement(node.nodeName);
  for (const [name, value] of Object.entries(node.getAttributes())) {
    if (value !== undefined) element.setAttribute(name, value);
  }
  element.insert(0, copiesOf(node.toArray()));
  return element;
}

export function copyOfDeltaOp({ insert, attributes }: DeltaOp): DeltaOp {
  const copy = insert instanceof Y.AbstractType ? insert.clone() : insert;
  return attributes === undefined ? { insert: copy } : { insert: copy, attributes };
}
