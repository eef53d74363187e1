import type { Run } from './blocks.js';

/** A longer address is useless, and a link over many lines would repeat it on each. */
const MAX_LINK = 2_048;

/** Reads text with its marks, by the names of Quill, ProseMirror and Tiptap. */
export function runOf(insert: unknown, attributes: Readonly<Record<string, unknown>> = {}): Run[] {
  if (typeof insert !== 'string' || insert === '') return [];
  // Yjs adds a hash to the names of marks that may overlap themselves: `link--x7Ca`.
  const marks = new Map(Object.entries(attributes).map(([name, value]) => [name.split('--')[0], value]));
  const has = (...names: string[]) => names.some((name) => marks.has(name) && !isOff(marks.get(name)));
  const run = {
    text: insert,
    bold: has('bold', 'strong'),
    italic: has('italic', 'em'),
    strike: has('strike'),
    code: has('code'),
  };
  const link = addressOf(marks.get('link'));
  return [link === undefined ? run : { ...run, link }];
}

const isOff = (value: unknown): boolean => value === null || value === undefined || value === false;

function addressOf(mark: unknown): string | undefined {
  const href: unknown = typeof mark === 'object' && mark !== null && 'href' in mark ? mark.href : mark;
  return typeof href === 'string' && href.length <= MAX_LINK ? href : undefined;
}
