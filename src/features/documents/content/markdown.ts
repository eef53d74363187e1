import type * as Y from 'yjs';
import type { Block, ListItem } from './blocks.js';
import { blocksOfText } from './blocks-of-text.js';
import { blocksOfXml } from './blocks-of-xml.js';
import { joined } from './bounded.js';
import { writeRuns } from './markdown-runs.js';
import { fragmentOf, textOf } from './roots.js';

/** Says nothing, and keeps what is before it apart from what is after it. */
const NOTHING = '<!-- -->';

/**
 * A document in CommonMark with the lists of tasks and the strikes of GitHub's. What an author typed is text: none of it
 * becomes markup.
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
    // Markdown would take two lists for one.
    if (last?.kind === 'list' && block.kind === 'list') parts.push(NOTHING);
    parts.push(text);
    last = block;
  }
  return joined(parts, '\n\n');
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
      return joined(
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

/** Number signs at the end of a heading would be taken for its closing. No regular expression: those try each sign anew. */
function withoutClosing(line: string): string {
  let end = line.length;
  while (line[end - 1] === '#') end--;
  return end === line.length ? line : `${line.slice(0, end)}\\${line.slice(end)}`;
}

function writeItem({ checked, blocks }: ListItem, marker: string): string {
  const box = checked === undefined ? '' : `[${checked ? 'x' : ' '}] `;
  const [first, second] = blocks;
  const isTight = blocks.length === 2 && first?.kind === 'paragraph' && second?.kind === 'list';
  const text = isTight ? joined(blocks.map(writeBlock), '\n') : writeBlocks(blocks);
  return prefixed(`${box}${text}`, marker, ' '.repeat(marker.length));
}

function prefixed(text: string, first: string, others: string): string {
  const lines = text.split('\n').map((line, place) => `${place === 0 ? first : others}${line}`.trimEnd());
  return joined(lines, '\n');
}

function writeCode(text: string, language: string): string {
  const longest = (text.match(/`+/g) ?? []).reduce((max, ticks) => Math.max(max, ticks.length), 2);
  const fence = '`'.repeat(longest + 1);
  return joined([`${fence}${/^[\w+#.-]{1,40}$/.test(language) ? language : ''}`, text, fence], '\n');
}
