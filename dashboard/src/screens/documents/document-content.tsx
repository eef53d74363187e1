import { useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import { Panel } from '../../ui/page.js';
import { words } from '../../words/words.js';
import { DocumentEditor } from './document-editor.js';
import type { DocumentSession } from './document-session.js';
import type { Document } from './documents-queries.js';
import { schema } from './editor-extensions.js';
import { isKnown } from './known-content.js';

/** Follows one root of a document as text. */
function useRoot(session: DocumentSession, read: () => string): string {
  return useSyncExternalStore((watcher) => {
    session.doc.on('update', watcher);
    return () => session.doc.off('update', watcher);
  }, read);
}

const PRE = 'max-h-60 overflow-auto p-3 font-mono text-xs whitespace-pre-wrap';

/** Content of another editor, which this page cannot change without losing a part of it. */
function ForeignContent({ session }: { readonly session: DocumentSession }): ReactNode {
  const text = useRoot(session, () => session.doc.getXmlFragment('default').toString());
  return (
    <Panel>
      <p role="status" className="border-b border-line p-3">
        {words.documents.notices.foreign}
      </p>
      <pre tabIndex={0} className={PRE}>
        {text}
      </pre>
    </Panel>
  );
}

/** The text `content`, which plain editors and Quill use. */
function PlainContent({ session }: { readonly session: DocumentSession }): ReactNode {
  const text = useRoot(session, () => session.doc.getText('content').toString());
  if (text === '') return null;
  return (
    <Panel title={words.documents.notices.plainText} className="shrink-0">
      <pre tabIndex={0} className={PRE}>
        {text}
      </pre>
    </Panel>
  );
}

/** The content of a document: in the editor, unless that would delete a part of it. */
export function DocumentContent({
  session,
  document,
  canWrite,
  onForeign,
}: {
  readonly session: DocumentSession;
  readonly document: Document;
  readonly canWrite: boolean;
  /** Told whether the content can be shown as text only. */
  readonly onForeign: (isForeign: boolean) => void;
}): ReactNode {
  const [isForeign, setIsForeign] = useState(() => !isKnown(session.doc.getXmlFragment('default'), schema));
  useEffect(() => onForeign(isForeign), [isForeign, onForeign]);
  return (
    <>
      {isForeign ? (
        <ForeignContent session={session} />
      ) : (
        <DocumentEditor
          session={session}
          title={document.title}
          canWrite={canWrite}
          onForeign={() => setIsForeign(true)}
        />
      )}
      <PlainContent session={session} />
    </>
  );
}
