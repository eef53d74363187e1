import type * as Y from 'yjs';
import type { Block } from './blocks.js';
import { blocksOfXml } from './blocks-of-xml.js';
import { joinBounded } from './join-bounded.js';
import { fragmentOf, textOf } from './roots.js';

/**
 * Writes a document as text, without formats.
 * @throws `document.export-too-large`
 */
export function plainText(doc: Y.Doc): string {
  const parts = [textOf(doc).toString(), linesOf(blocksOfXml(fragmentOf(doc).toArray()))];
  return joinBounded(
    parts.filter((part) => part !== ''),
    '\n\n',
  );
}

const linesOf = (blocks: readonly Block[]): string => joinBounded(blocks.map(textOfBlock), '\n');

function textOfBlock(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
    case 'heading':
      return block.runs.map(({ text }) => text).join('');
    case 'list':
      return joinBounded(
        block.items.map(({ blocks }) => linesOf(blocks)),
        '\n',
      );
    case 'quote':
      return linesOf(block.blocks);
    case 'code':
      return block.text;
    default:
      return '';
  }
}
