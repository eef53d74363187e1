import * as Y from 'yjs';
import { stretchesOf, type Stretch, type XmlNode } from './roots.js';

/** Two nodes with the same content have the same shape. */
export const shapeOfNode = (node: XmlNode): string => JSON.stringify(shapeOf(node));

export const shapeOfStretch = (stretch: Stretch): string => JSON.stringify(partsOf(stretch));

const partsOf = ({ insert, attributes }: Stretch): unknown[] => [
  insert instanceof Y.AbstractType ? insert.toJSON() : insert,
  sorted(attributes ?? {}),
];

function shapeOf(node: XmlNode): unknown {
  if (node instanceof Y.XmlText) return [stretchesOf(node).map(partsOf), sorted(node.getAttributes())];
  if (!(node instanceof Y.XmlElement)) return node.toJSON();
  return [node.nodeName, sorted(node.getAttributes()), node.toArray().map(shapeOf)];
}

const sorted = (attributes: object): unknown[] => Object.entries(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1));

/**
 * The same content, to be inserted elsewhere: what Yjs calls a clone loses attributes of texts. Of hooks, which no editor
 * of today makes, there is no copy.
 */
export function copiesOf(nodes: readonly XmlNode[]): (Y.XmlElement | Y.XmlText)[] {
  return nodes.flatMap((node) => (node instanceof Y.XmlHook ? [] : [copyOf(node)]));
}

function copyOf(node: Y.XmlElement | Y.XmlText): Y.XmlElement | Y.XmlText {
  if (node instanceof Y.XmlText) {
    const text = new Y.XmlText();
    text.applyDelta(stretchesOf(node).map(copyOfStretch));
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

export function copyOfStretch({ insert, attributes }: Stretch): Stretch {
  const copy = insert instanceof Y.AbstractType ? insert.clone() : insert;
  return attributes === undefined ? { insert: copy } : { insert: copy, attributes };
}
