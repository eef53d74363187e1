import { useEffect, useState, useSyncExternalStore } from 'react';
import type { Schemas } from '../../api/api.js';
import { DocumentSession, type SessionState } from './document-session.js';

const nothing = (): void => undefined;

/**
 * Opens a document for as long as the component is shown.
 * @param generation another number opens it again with a new Y.Doc, without this window's unsaved changes
 */
export function useDocumentSession(
  documentId: string,
  { id, name }: Pick<Schemas['User'], 'id' | 'name'>,
  generation: number,
): { session: DocumentSession | undefined; state: SessionState | undefined } {
  const [session, setSession] = useState<DocumentSession>();
  useEffect(() => {
    const opened = new DocumentSession(documentId, { id, name });
    setSession(opened);
    return () => {
      setSession(undefined);
      opened.close();
    };
  }, [documentId, id, name, generation]);
  const state = useSyncExternalStore(
    (watcher) => session?.watch(watcher) ?? nothing,
    () => session?.state,
  );
  const isUnsaved = state?.hasUnsaved === true && state.isLoaded;
  useEffect(() => {
    if (!isUnsaved) return;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [isUnsaved]);
  return { session, state };
}
