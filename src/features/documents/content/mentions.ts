import { Buffer } from 'node:buffer';
import * as Y from 'yjs';
import { z } from 'zod';
import { fragmentOf, stretchesOf, textOf, type XmlNode } from './roots.js';

/** More people than this aren't told of one document. */
const MAX_MENTIONED = 200;
/** In plain text: `@[Anna](user:<id>)`. */
const IN_TEXT = /@\[[^\][]*\]\(user:([\da-f-]{36})\)/gi;
/** What an update has in it that brings a mention as a whole. */
const SIGNS = ['(user:', 'mention'];

const userId = z.uuid().transform((id) => id.toLowerCase());
/** As Quill's mention module puts it into a text. */
const embedded = z.object({ mention: z.object({ id: z.unknown() }) });

/** Whether an update may bring a mention at once; one that is typed letter by letter doesn't show. */
export function mayMention(update: Uint8Array): boolean {
  const bytes = Buffer.from(update.buffer, update.byteOffset, update.byteLength);
  return SIGNS.some((sign) => bytes.includes(sign));
}

/** Whom a document mentions, and how often: in the text as `@[name](user:<id>)`, as a node or as an embed `mention` with an id. */
export function mentionsIn(doc: Y.Doc): Map<string, number> {
  const times = new Map<string, number>();
  for (const mentioned of [...inText(textOf(doc)), ...inNodes(fragmentOf(doc).toArray())]) {
    const { data: id } = userId.safeParse(mentioned);
    if (id === undefined || (times.size >= MAX_MENTIONED && !times.has(id))) continue;
    times.set(id, (times.get(id) ?? 0) + 1);
  }
  return times;
}

function inText(text: Y.Text): unknown[] {
  return stretchesOf(text).flatMap(({ insert }) =>
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
