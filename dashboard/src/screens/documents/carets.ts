import type { HocuspocusProvider } from '@hocuspocus/provider';
import { Extension } from '@tiptap/core';
import { yCursorPlugin } from '@tiptap/y-tiptap';
import { classes } from '../../ui/classes.js';
import { colourOf } from './person-colour.js';

interface CaretUser {
  readonly id?: unknown;
  readonly name?: unknown;
}

/** Keeps the caret apart from the letters beside it. */
const JOINER = '\u2060';
const classOf = ({ id }: CaretUser): string => colourOf(String(id)).className;

/** Shows the cursors and selections of other windows, by classes: the Content-Security-Policy forbids inline styles. */
export const caretsOf = ({ awareness }: HocuspocusProvider, nameOf: (userId: string) => string) =>
  Extension.create({
    name: 'carets',
    addProseMirrorPlugins: () =>
      awareness === null
        ? []
        : [
            yCursorPlugin(awareness, {
              cursorBuilder: (user: CaretUser) => {
                const caret = document.createElement('span');
                caret.className = classes('caret', classOf(user));
                const label = document.createElement('span');
                label.className = 'caret-name';
                label.textContent = typeof user.id === 'string' ? nameOf(user.id) : String(user.name);
                caret.append(JOINER, label, JOINER);
                return caret;
              },
              selectionBuilder: (user: CaretUser) => ({ class: classes('caret-selection', classOf(user)) }),
            }),
          ],
  });
