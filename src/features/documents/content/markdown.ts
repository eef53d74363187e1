import type * as Y from 'yjs';
import type { Block, ListItem } from './blocks.js';
import { blocksOfText } from './blocks-of-text.js';
import { blocksOfXml } from './blocks-of-xml.js';
import { joinBounded } from './join-bounded.js';
import { writeRuns } from './markdown-runs.js';
import { fragmentOf, textOf } from './roots.js';

/** An empty comment, which separates two blocks. */
const SEPARATOR = '<!-- -->';

/**
 * Writes a document in CommonMark with GitHub's task lists and strikethrough. Text that an author typed never becomes
 * markup.
 * @throws `document.export-too-large`
 */
export function markdown(doc: Y.Doc): string {
  const text = writeBlocks([...blocksOfText(textOf(doc)), ...blocksOfXml(fragmentOf(doc).toArray())]);
  return text === '' ? '' : `${text}\n`;
}

function writeBlocks(blocks: readonly Block[]): string {
  const parts: string[] = [];
  let last: Block | undefined;
  for (const block of blocks) {
    const text = writeBlock(block);
    if (text === '') continue;
    // Markdown would merge two adjacent lists.
    if (last?.kind === 'list' && block.kind === 'list') parts.push(SEPARATOR);
    parts.push(text);
    last = block;
  }
  return joinBounded(parts, '\n\n');
}

function writeBlock(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return writeRuns(block.runs);
    case 'heading': {
      const line = writeRuns(block.runs.map((run) => ({ ...run, text: run.text.replaceAll('\n', ' ') })));
      return `${'#'.repeat(block.level)} ${withoutClosing(line)}`;
    }
    case 'list':
      return joinBounded(
        block.items.map((item, place) => writeItem(item, block.isOrdered ? `${block.start + place}. ` : '- ')),
        '\n',
      );
    case 'quote':
      return prefixed(writeBlocks(block.blocks), '> ', '> ');
    case 'code':
      return writeCode(block.text, block.language);
    default:
      return '---';
  }
}

/** Escapes number signs that would close the heading. A regular expression would backtrack on a long row of them. */
function withoutClosing(line: string): string {
  let end = line.length;
  while (line[end - 1] === '#') end--;
  return end === line.length ? line : `${line.slice(0, end)}\\${line.slice(end)}`;
}

function writeItem({ checked, blocks }: ListItem, marker: string): string {
  const box = checked === undefined ? '' : `[${checked ? 'x' : ' '}] `;
  const [first, second] = blocks;
  const isTight = blocks.length === 2 && first?.kind === 'paragraph' && second?.kind === 'list';
  const text = isTight ? joinBounded(blocks.map(writeBlock), '\n') : writeBlocks(blocks);
  return prefixed(`${box}${text}`, marker, ' '.repeat(marker.length));
}

function prefixed(text: string, first: string, others: string): string {
  const lines = text.split('\n').map((line, place) => `${place === 0 ? first : others}${line}`.trimEnd());
  return joinBounded(lines, '\n');
}

function writeCode(text: string, language: string): string {
  const longest = (text.match(/`+/g) ?? []).reduce((max, ticks) => Math.max(max, ticks.length), 2);
  const fence = '`'.repeat(longest + 1);
  return joinBounded([`${fence}${/^[\w+#.-]{1,40}$/.test(language) ? language : ''}`, text, fence], '\n');
}
