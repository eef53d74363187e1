import { Buffer } from 'node:buffer';
import * as Y from 'yjs';
import { z } from 'zod';
import { fragmentOf, deltaOf, textOf, type XmlNode } from './roots.js';

/** How many people one document can notify. */
const MAX_MENTIONED = 200;
/** A mention in plain text: `@[Anna](user:<id>)`. */
const IN_TEXT = /@\[[^\][]*\]\(user:([\da-f-]{36})\)/gi;
/** Bytes that an update contains if it inserts a whole mention. */
const MARKERS = ['(user:', 'mention'];

const userId = z.uuid().transform((id) => id.toLowerCase());
/** The embed of Quill's mention module. */
const embedded = z.object({ mention: z.object({ id: z.unknown() }) });

/** @returns whether an update may insert a whole mention; it does not recognize one that is typed letter by letter */
export function mayMention(update: Uint8Array): boolean {
  const bytes = Buffer.from(update.buffer, update.byteOffset, update.byteLength);
  return MARKERS.some((marker) => bytes.includes(marker));
}

/** Counts the mentions of each user: `@[name](user:<id>)` in text, and nodes or embeds `mention` with an id. */
export function mentionsIn(doc: Y.Doc): Map<string, number> {
  const counts = new Map<string, number>();
  for (const mentioned of [...inText(textOf(doc)), ...inNodes(fragmentOf(doc).toArray())]) {
    const { data: id } = userId.safeParse(mentioned);
    if (id === undefined || (counts.size >= MAX_MENTIONED && !counts.has(id))) continue;
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

function inText(text: Y.Text): unknown[] {
  return deltaOf(text).flatMap(({ insert }) =>
    typeof insert === 'string'
      ? Array.from(insert.matchAll(IN_TEXT), ([, id]) => id)
      : (embedded.safeParse(insert).data?.mention.id ?? []),
  );
}

function inNodes(nodes: readonly XmlNode[]): unknown[] {
  return nodes.flatMap((node) => {
    if (node instanceof Y.XmlText) return inText(node);
    if (!(node instanceof Y.XmlElement)) return [];
    return node.nodeName === 'mention' ? [node.getAttribute('id')] : inNodes(node.toArray());
  });
}
