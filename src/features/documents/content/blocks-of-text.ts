import type * as Y from 'yjs';
import type { Block, ListItem, Run } from './blocks.js';
import { runOf } from './run-of.js';
import { deltaOf } from './roots.js';

/** Quill's limit. */
const MAX_INDENT = 8;

interface Line {
  readonly runs: readonly Run[];
  /** The attributes of the line break that ends the line: Quill stores the line's kind there. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Reads a text of Quill or a plain editor: each line is a paragraph, unless its line break has another kind. */
export function blocksOfText(text: Y.Text): Block[] {
  const lines = linesOf(text);
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length;) {
    const kind = kindOf(lines[at]);
    let end = at + 1;
    if (kind !== 'line') while (end < lines.length && kindOf(lines[end]) === kind) end++;
    for (const block of blocksFrom(kind, lines.slice(at, end))) blocks.push(block);
    at = end;
  }
  return blocks;
}

function linesOf(text: Y.Text): Line[] {
  const lines: Line[] = [];
  let runs: Run[] = [];
  for (const { insert, attributes = {} } of deltaOf(text)) {
    const [first = '', ...rest] = typeof insert === 'string' ? insert.split('\n') : [];
    runs.push(...runOf(first, attributes));
    for (const next of rest) {
      lines.push({ runs, attributes });
      runs = runOf(next, attributes);
    }
  }
  return runs.length === 0 ? lines : [...lines, { runs, attributes: {} }];
}

type Kind = 'list' | 'quote' | 'code' | 'line';

function kindOf(line: Line | undefined): Kind {
  const { list, blockquote, 'code-block': code } = line?.attributes ?? {};
  if (typeof list === 'string') return 'list';
  if (blockquote === true) return 'quote';
  return code === true || typeof code === 'string' ? 'code' : 'line';
}

function blocksFrom(kind: Kind, lines: readonly Line[]): Block[] {
  switch (kind) {
    case 'list':
      return listsOf(lines, 0);
    case 'quote':
      return [{ kind: 'quote', blocks: lines.map(({ runs }) => ({ kind: 'paragraph', runs })) }];
    case 'code': {
      const language = lines[0]?.attributes['code-block'];
      const text = lines.map(({ runs }) => runs.map((run) => run.text).join('')).join('\n');
      return [{ kind: 'code', language: typeof language === 'string' ? language : '', text }];
    }
    default:
      return lines.filter(({ runs }) => runs.length > 0).map(lineBlock);
  }
}

function lineBlock({ runs, attributes: { header } }: Line): Block {
  return typeof header === 'number' && header >= 1
    ? { kind: 'heading', level: Math.min(Math.trunc(header), 6), runs }
    : { kind: 'paragraph', runs };
}

/** Lines that are indented more than the line before them are a list nested in that line. */
function listsOf(lines: readonly Line[], depth: number): Block[] {
  const lists: { kind: 'list'; isOrdered: boolean; start: 1; items: ListItem[] }[] = [];
  for (let at = 0; at < lines.length;) {
    const line = lines[at];
    let end = at + 1;
    while (end < lines.length && indentOf(lines[end]) > depth) end++;
    const blocks: Block[] = [
      { kind: 'paragraph', runs: line?.runs ?? [] },
      ...listsOf(lines.slice(at + 1, end), depth + 1),
    ];
    const list = line?.attributes['list'];
    const isOrdered = list === 'ordered';
    if (lists.at(-1)?.isOrdered !== isOrdered) lists.push({ kind: 'list', isOrdered, start: 1, items: [] });
    lists.at(-1)?.items.push({ blocks, checked: list === 'checked' || (list === 'unchecked' ? false : undefined) });
    at = end;
  }
  return lists;
}

function indentOf(line: Line | undefined): number {
  const indent = line?.attributes['indent'];
  return typeof indent === 'number' ? Math.min(indent, MAX_INDENT) : 0;
}
