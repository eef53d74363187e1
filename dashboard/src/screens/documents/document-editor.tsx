import { Editor } from '@tiptap/core';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { words } from '../../words/words.js';
import type { DocumentSession } from './document-session.js';
import './documents.css';
import { extensionsOf, schema } from './editor-extensions.js';
import { EditorToolbar } from './editor-toolbar.js';
import { addsOnlyKnown } from './known-content.js';
import { MentionList } from './mention-list.js';
import { Suggestions } from './mention-suggestions.js';
import { usePeople } from '../../queries/members-queries.js';

interface DocumentEditorProps {
  readonly session: DocumentSession;
  readonly title: string;
  readonly canWrite: boolean;
  /** Called when content arrives that this editor would delete, because it cannot show it. */
  readonly onForeign: () => void;
}

/** The content of a document, for as long as it is shown. */
export function DocumentEditor({ session, title, canWrite, onForeign }: DocumentEditorProps): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  const [suggestions] = useState(() => new Suggestions());
  const [editor, setEditor] = useState<Editor>();
  const people = usePeople();
  const latest = useRef({ people, onForeign });
  useEffect(() => {
    latest.current = { people, onForeign };
  });
  useEffect(() => {
    const fragment = session.doc.getXmlFragment('default');
    const made = new Editor({
      element: place.current,
      injectCSS: false,
      editable: false,
      extensions: extensionsOf({
        session,
        suggestions,
        nameOf: (id) => latest.current.people.nameOf(id),
        members: () => latest.current.people.members,
      }),
    });
    const guard = (transaction: Parameters<typeof addsOnlyKnown>[0]): void => {
      if (transaction.local || made.isDestroyed || addsOnlyKnown(transaction, fragment, schema)) return;
      made.destroy();
      latest.current.onForeign();
    };
    session.doc.on('beforeObserverCalls', guard);
    setEditor(made);
    return () => {
      session.doc.off('beforeObserverCalls', guard);
      setEditor(undefined);
      made.destroy();
    };
  }, [session, suggestions]);
  useEffect(() => {
    if (editor === undefined || editor.isDestroyed) return;
    editor.setOptions({
      editorProps: {
        attributes: {
          role: 'textbox',
          tabindex: '0',
          'aria-multiline': 'true',
          'aria-label': `${words.documents.editor.content}: ${title}`,
          'aria-readonly': String(!canWrite),
        },
      },
    });
    editor.setEditable(canWrite);
  }, [editor, canWrite, title]);
  return (
    <div className="flex min-h-60 min-w-0 grow flex-col rounded border border-line bg-surface">
      {canWrite && editor !== undefined && <EditorToolbar editor={editor} />}
      <div ref={place} className="document min-h-0 grow overflow-y-auto" />
      <MentionList suggestions={suggestions} />
    </div>
  );
}
