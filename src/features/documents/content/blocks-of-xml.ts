import * as Y from 'yjs';
import type { Block, ListItem, Run } from './blocks.js';
import { runOf } from './run-of.js';
import { deltaOf, type XmlNode } from './roots.js';

/** Normalizes the names of ProseMirror and Tiptap: `bullet_list` and `bulletList` are the same. */
const nameOf = (node: XmlNode): string =>
  node instanceof Y.XmlElement ? node.nodeName.replaceAll('_', '').toLowerCase() : '';

/** Deeper lists and quotes are flattened: each level rewrites every line inside it. */
const MAX_NESTED_BLOCKS = 8;
const NESTS = new Set(['bulletlist', 'tasklist', 'orderedlist', 'blockquote']);
const INLINE = new Set(['hardbreak', 'mention', 'image', 'emoji']);
const isInline = (node: XmlNode): boolean => node instanceof Y.XmlText || INLINE.has(nameOf(node));

/** Reads a fragment of ProseMirror or Tiptap. An unknown node is replaced by its children. */
export function blocksOfXml(nodes: readonly XmlNode[], depth = 0): Block[] {
  const blocks: Block[] = [];
  let line: Run[] = [];
  const endLine = () => {
    if (line.length > 0) blocks.push({ kind: 'paragraph', runs: line });
    line = [];
  };
  for (const node of nodes) {
    if (isInline(node)) for (const run of runsOf(node)) line.push(run);
    else {
      endLine();
      for (const block of blocksOf(node, depth)) blocks.push(block);
    }
  }
  endLine();
  return blocks;
}

function blocksOf(node: XmlNode, depth: number): Block[] {
  if (!(node instanceof Y.XmlElement)) return [];
  const children = node.toArray();
  const name = nameOf(node);
  if (depth >= MAX_NESTED_BLOCKS && NESTS.has(name)) return blocksOfXml(children, depth);
  const items = () => children.map((child) => itemOf(child, depth + 1));
  switch (name) {
    case 'paragraph':
      return [{ kind: 'paragraph', runs: children.flatMap(runsOf) }];
    case 'heading':
      return [{ kind: 'heading', level: numberOf(node, 'level', 6), runs: children.flatMap(runsOf) }];
    case 'bulletlist':
    case 'tasklist':
      return [{ kind: 'list', isOrdered: false, start: 1, items: items() }];
    case 'orderedlist': {
      const start = numberOf(node, node.getAttribute('start') === undefined ? 'order' : 'start', 999_999_999);
      return [{ kind: 'list', isOrdered: true, start, items: items() }];
    }
    case 'blockquote':
      return [{ kind: 'quote', blocks: blocksOfXml(children, depth + 1) }];
    case 'codeblock':
      return [{ kind: 'code', language: attribute(node, 'language'), text: textOf(children) }];
    case 'horizontalrule':
      return [{ kind: 'rule' }];
    default:
      return blocksOfXml(children, depth);
  }
}

function itemOf(node: XmlNode, depth: number): ListItem {
  if (!(node instanceof Y.XmlElement)) return { blocks: blocksOfXml([node], depth) };
  const checked = nameOf(node) === 'taskitem' ? attribute(node, 'checked') === 'true' : undefined;
  return { checked, blocks: blocksOfXml(node.toArray(), depth) };
}

function runsOf(node: XmlNode): Run[] {
  if (node instanceof Y.XmlText) return deltaOf(node).flatMap(({ insert, attributes }) => runOf(insert, attributes));
  if (!(node instanceof Y.XmlElement)) return [];
  switch (nameOf(node)) {
    case 'hardbreak':
      return [{ text: '\n' }];
    case 'mention':
      return [{ text: `@${attribute(node, 'label') || attribute(node, 'id')}` }];
    case 'image':
      return [{ text: attribute(node, 'alt') || 'image', link: attribute(node, 'src') }];
    case 'emoji':
      return [{ text: attribute(node, 'emoji') || `:${attribute(node, 'name')}:` }];
    default:
      return node.toArray().flatMap(runsOf);
  }
}

const textOf = (nodes: readonly XmlNode[]): string =>
  nodes
    .flatMap(runsOf)
    .map(({ text }) => text)
    .join('');

/** An attribute comes from a client and can be any JSON. */
function attribute(element: Y.XmlElement, name: string): string {
  const value: unknown = element.getAttribute(name);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

function numberOf(element: Y.XmlElement, name: string, max: number): number {
  const value = Math.trunc(Number(attribute(element, name)));
  return value >= 1 ? Math.min(value, max) : 1;
}
