import { getSchema, type Extensions } from '@tiptap/core';
import { Collaboration } from '@tiptap/extension-collaboration';
import { Mention } from '@tiptap/extension-mention';
import StarterKit from '@tiptap/starter-kit';
import { caretsOf } from './carets.js';
import type { DocumentSession } from './document-session.js';
import type { Suggestions } from './mention-suggestions.js';
import type { People } from '../../queries/members-queries.js';

/** Those that the export keeps as links. */
const ADDRESS = /^(https?|mailto|tel):/i;

export const isLinkAddress = (address: string): boolean => ADDRESS.test(address);

const kit = StarterKit.configure({
  // Yjs has the history, and the export knows no underline.
  undoRedo: false,
  underline: false,
  // It would write into documents that are only read.
  trailingNode: false,
  heading: { levels: [1, 2, 3, 4, 5, 6] },
  link: {
    openOnClick: false,
    isAllowedUri: isLinkAddress,
    HTMLAttributes: { rel: 'noopener noreferrer nofollow', target: '_blank' },
  },
});

const mention = Mention.configure({ HTMLAttributes: { class: 'mention' } });

/** The content that the editor can show. */
export const schema = getSchema([kit, mention]);

interface Parts {
  readonly session: DocumentSession;
  readonly suggestions: Suggestions;
  readonly nameOf: (userId: string) => string;
  readonly members: () => People['members'];
}

const MAX_SUGGESTED = 8;

export function extensionsOf({ session, suggestions, nameOf, members }: Parts): Extensions {
  const fits = (query: string) =>
    members()
      .filter(({ name }) => name.toLowerCase().includes(query.toLowerCase()))
      .slice(0, MAX_SUGGESTED);
  return [
    kit,
    Mention.configure({
      HTMLAttributes: { class: 'mention' },
      suggestion: {
        items: ({ query }) => fits(query).map(({ userId, name }) => ({ id: userId, label: name })),
        allow: ({ editor }) => editor.isEditable,
        render: () => suggestions.renderer,
      },
    }),
    Collaboration.configure({ document: session.doc }),
    caretsOf(session.provider, nameOf),
  ];
}
