import type { Editor } from '@tiptap/core';
import Bold from 'lucide-react/icons/bold';
import Code from 'lucide-react/icons/code';
import Italic from 'lucide-react/icons/italic';
import LinkIcon from 'lucide-react/icons/link';
import List from 'lucide-react/icons/list';
import ListOrdered from 'lucide-react/icons/list-ordered';
import Minus from 'lucide-react/icons/minus';
import Quote from 'lucide-react/icons/quote';
import Redo from 'lucide-react/icons/redo';
import SquareCode from 'lucide-react/icons/square-code';
import Strikethrough from 'lucide-react/icons/strikethrough';
import Undo from 'lucide-react/icons/undo';
import type { LucideIcon } from 'lucide-react';
import { useEffect, useReducer, useState, type ReactNode } from 'react';
import { IconButton } from '../../ui/button.js';
import { classes } from '../../ui/classes.js';
import { Select } from '../../ui/field.js';
import { words } from '../../words/words.js';
import { LinkDialog } from './link-dialog.js';

interface Tool {
  readonly id: 'bold' | 'italic' | 'strike' | 'code' | 'bulletList' | 'orderedList' | 'quote' | 'codeBlock';
  readonly icon: LucideIcon;
  /** The name of its mark or node, if it is not the id. */
  readonly active?: string;
  readonly run: (editor: Editor) => boolean;
}

const TOOLS: readonly Tool[] = [
  { id: 'bold', icon: Bold, run: (editor) => editor.chain().focus().toggleBold().run() },
  { id: 'italic', icon: Italic, run: (editor) => editor.chain().focus().toggleItalic().run() },
  { id: 'strike', icon: Strikethrough, run: (editor) => editor.chain().focus().toggleStrike().run() },
  { id: 'code', icon: Code, run: (editor) => editor.chain().focus().toggleCode().run() },
  { id: 'bulletList', icon: List, run: (editor) => editor.chain().focus().toggleBulletList().run() },
  { id: 'orderedList', icon: ListOrdered, run: (editor) => editor.chain().focus().toggleOrderedList().run() },
  { id: 'quote', icon: Quote, active: 'blockquote', run: (editor) => editor.chain().focus().toggleBlockquote().run() },
  { id: 'codeBlock', icon: SquareCode, run: (editor) => editor.chain().focus().toggleCodeBlock().run() },
];

const LEVELS = [1, 2, 3] as const;

function BlockKind({ editor }: { readonly editor: Editor }): ReactNode {
  const { editor: text } = words.documents;
  const level = editor.isActive('heading') ? Number(editor.getAttributes('heading')['level']) : 0;
  return (
    <Select
      aria-label={text.block}
      value={level}
      onChange={({ target }) => {
        const chosen = LEVELS.find((one) => one === Number(target.value));
        const chain = editor.chain().focus();
        (chosen === undefined ? chain.setParagraph() : chain.setHeading({ level: chosen })).run();
      }}
      className="mr-1 !w-auto"
    >
      <option value={0}>{text.paragraph}</option>
      {LEVELS.map((one) => (
        <option key={one} value={one}>
          {text.heading(one)}
        </option>
      ))}
      {level > LEVELS.length && <option value={level}>{text.heading(level)}</option>}
    </Select>
  );
}

const pressed = (isActive: boolean) => ({
  'aria-pressed': isActive,
  className: classes(isActive && 'bg-accent-soft text-accent'),
});

/** The formats at the cursor, and the history of this window. */
export function EditorToolbar({ editor }: { readonly editor: Editor }): ReactNode {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const [isLinking, setIsLinking] = useState(false);
  const { editor: text } = words.documents;
  useEffect(() => {
    editor.on('transaction', redraw);
    return () => void editor.off('transaction', redraw);
  }, [editor]);
  if (editor.isDestroyed) return null;
  return (
    <div role="group" aria-label={text.format} className="flex flex-wrap items-center gap-0.5 border-b border-line p-1">
      <BlockKind editor={editor} />
      {TOOLS.map(({ id, icon: Icon, active = id, run }) => (
        <IconButton key={id} label={text[id]} onClick={() => run(editor)} {...pressed(editor.isActive(active))}>
          <Icon className="size-4" aria-hidden="true" />
        </IconButton>
      ))}
      <IconButton label={text.link} onClick={() => setIsLinking(true)} {...pressed(editor.isActive('link'))}>
        <LinkIcon className="size-4" aria-hidden="true" />
      </IconButton>
      <IconButton label={text.rule} onClick={() => editor.chain().focus().setHorizontalRule().run()}>
        <Minus className="size-4" aria-hidden="true" />
      </IconButton>
      <span className="mx-1 h-5 border-l border-line max-sm:hidden" />
      <IconButton label={text.undo} onClick={() => editor.commands.undo()} disabled={!editor.can().undo()}>
        <Undo className="size-4" aria-hidden="true" />
      </IconButton>
      <IconButton label={text.redo} onClick={() => editor.commands.redo()} disabled={!editor.can().redo()}>
        <Redo className="size-4" aria-hidden="true" />
      </IconButton>
      {isLinking && <LinkDialog editor={editor} onClose={() => setIsLinking(false)} />}
    </div>
  );
}
